/** The names of Windows time zones, as a mailbox lists them; those of `standard` end in " Standard Time". */

const standard =
  'Dateline|Aleutian|Hawaiian|Marquesas|Alaskan|Pacific|US Mountain|Mountain|Yukon|Central America|Central|Easter Island|Canada Central|SA Pacific|Eastern|Haiti|Cuba|US Eastern|Turks And Caicos|Paraguay|Atlantic|Venezuela|Central Brazilian|SA Western|Pacific SA|Newfoundland|Tocantins|E. South America|SA Eastern|Argentina|Greenland|Montevideo|Magallanes|Saint Pierre|Bahia|Azores|Cape Verde|GMT|Greenwich|Sao Tome|Morocco|W. Europe|Central Europe|Romance|Central European|W. Central Africa|Jordan|GTB|Middle East|Egypt|E. Europe|Syria|West Bank|South Africa|FLE|Israel|South Sudan|Kaliningrad|Sudan|Libya|Namibia|Arabic|Turkey|Arab|Belarus|Russian|E. Africa|Volgograd|Iran|Arabian|Astrakhan|Azerbaijan|Mauritius|Saratov|Georgian|Caucasus|Afghanistan|West Asia|Qyzylorda|Ekaterinburg|Pakistan|India|Sri Lanka|Nepal|Central Asia|Bangladesh|Omsk|Myanmar|SE Asia|Altai|W. Mongolia|North Asia|N. Central Asia|Tomsk|China|North Asia East|Singapore|W. Australia|Taipei|Ulaanbaatar|Aus Central W.|Transbaikal|Tokyo|North Korea|Korea|Yakutsk|Cen. Australia|AUS Central|E. Australia|AUS Eastern|West Pacific|Tasmania|Vladivostok|Lord Howe|Bougainville|Magadan|Norfolk|Sakhalin|Central Pacific|New Zealand|Fiji|Chatham Islands|Tonga|Samoa|Line Islands';

const others =
  'UTC-11|UTC-09|Pacific Standard Time (Mexico)|UTC-08|Mountain Standard Time (Mexico)|Central Standard Time (Mexico)|Eastern Standard Time (Mexico)|UTC-02|UTC|Russia Time Zone 3|Russia Time Zone 10|Russia Time Zone 11|UTC+12|UTC+13';

export const windowsZoneNames: readonly string[] = [
  ...standard.split('|').map((name) => `${name} Standard Time`),
  ...others.split('|'),
];
