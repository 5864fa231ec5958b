/** Invented people: names as they are written where they live. */
export interface Region {
  readonly country: string;
  /** Country code and length of the rest, for telephone numbers. */
  readonly prefix: string;
  readonly first: readonly string[];
  readonly last: readonly string[];
  readonly cities: readonly (readonly [zip: string, city: string])[];
  readonly streets: readonly string[];
  /** Readings of the names, where the script does not tell them. */
  readonly readings?: { readonly first: readonly string[]; readonly last: readonly string[] };
}

export const regions: readonly Region[] = [
  {
    country: 'Norway',
    prefix: '+47',
    first: ['Marit', 'Pål', 'Sølvi', 'Håkon', 'Åse', 'Torbjørn', 'Ingrid', 'Øystein', 'Kjersti', 'Sindre'],
    last: ['Øvregård', 'Lie', 'Dahl', 'Bjørnstad', 'Næss', 'Haugen', 'Solbakken', 'Ås', 'Strand', 'Vik'],
    cities: [
      ['0150', 'Oslo'],
      ['5003', 'Bergen'],
      ['3110', 'Tønsberg'],
    ],
    streets: ['Solbakken', 'Industriveien', 'Kirkegata', 'Fjordveien'],
  },
  {
    country: 'Germany',
    prefix: '+49',
    first: ['Jürgen', 'Käthe', 'Ilse', 'Björn', 'Änne', 'Götz', 'Hannelore', 'Rüdiger', 'Sigrun', 'Uwe'],
    last: ['Müller', 'Weiß', 'Aurich', 'Krüger', 'Schönfeld', 'Böhm', 'Groß', 'Lindemann', 'Vogel', 'Jäger'],
    cities: [
      ['26789', 'Leer'],
      ['50667', 'Köln'],
      ['80331', 'München'],
    ],
    streets: ['Am Siel', 'Deichweg', 'Bahnhofstraße', 'Lindenallee'],
  },
  {
    country: 'France',
    prefix: '+33',
    first: ['Zoé', 'Noël', 'Chloé', 'François', 'Maëlys', 'Loïc', 'Hélène', 'Jérôme', 'Anaïs', 'Gaëtan'],
    last: [
      'Benali',
      'Lefèvre',
      'Château',
      'Gauthier',
      'Mérieux',
      'Boulanger',
      'Pélissier',
      'Durand',
      'Rivière',
      'Noir',
    ],
    cities: [
      ['69003', 'Lyon'],
      ['75011', 'Paris'],
      ['13001', 'Marseille'],
    ],
    streets: ['Rue des Lilas', 'Avenue Foch', 'Quai du Port', 'Rue de l’Église'],
  },
  {
    country: 'Greece',
    prefix: '+30',
    first: ['Ελένη', 'Γιώργος', 'Μαρία', 'Νίκος', 'Σοφία', 'Δημήτρης', 'Κατερίνα', 'Ανδρέας'],
    last: ['Παπαδοπούλου', 'Νικολάου', 'Δημητρίου', 'Αγγελοπούλου', 'Ιωάννου', 'Βλάχος'],
    cities: [
      ['105 57', 'Αθήνα'],
      ['546 24', 'Θεσσαλονίκη'],
    ],
    streets: ['Ερμού', 'Αγίου Δημητρίου', 'Πανεπιστημίου'],
  },
  {
    country: 'Bulgaria',
    prefix: '+359',
    first: ['Иван', 'Мария', 'Георги', 'Десислава', 'Петър', 'Йоана', 'Стефан', 'Радка'],
    last: ['Димитров', 'Иванова', 'Петров', 'Стоянова', 'Колев', 'Тодорова'],
    cities: [
      ['1000', 'София'],
      ['4000', 'Пловдив'],
    ],
    streets: ['ул. Шипка', 'бул. Витоша', 'ул. Искър'],
  },
  {
    country: 'Israel',
    prefix: '+972',
    first: ['יעל', 'דוד', 'נועה', 'משה', 'תמר', 'אורי'],
    last: ['כהן', 'לוי', 'מזרחי', 'פרידמן', 'אברהם'],
    cities: [['6688101', 'תל אביב']],
    streets: ['רחוב הרצל', 'שדרות רוטשילד'],
  },
  {
    country: 'Jordan',
    prefix: '+962',
    first: ['ليلى', 'أحمد', 'سلمى', 'عمر', 'نور', 'خالد'],
    last: ['الخطيب', 'حداد', 'النجار', 'منصور', 'درويش'],
    cities: [['11118', 'عمّان']],
    streets: ['شارع الرينبو', 'شارع الجامعة'],
  },
  {
    country: 'Japan',
    prefix: '+81',
    first: ['花子', '太郎', '美咲', '健一', '陽菜', '翔'],
    last: ['山田', '佐藤', '鈴木', '高橋', '渡辺', '小林'],
    cities: [
      ['100-0001', '東京'],
      ['530-0001', '大阪'],
    ],
    streets: ['千代田1-1', '梅田3-2', '本町4-7'],
    readings: {
      first: ['はなこ', 'たろう', 'みさき', 'けんいち', 'ひな', 'しょう'],
      last: ['やまだ', 'さとう', 'すずき', 'たかはし', 'わたなべ', 'こばやし'],
    },
  },
  {
    country: 'Korea',
    prefix: '+82',
    first: ['민준', '서연', '지훈', '하은', '도윤', '수아'],
    last: ['김', '이', '박', '최', '정'],
    cities: [['04524', '서울']],
    streets: ['세종대로', '을지로'],
  },
  {
    country: 'United States',
    prefix: '+1',
    first: ['Grace', 'Walter', 'Odessa', 'Hank', 'Louella', 'Chester', 'Ruth', 'Amos', 'Delia', 'Virgil'],
    last: ['Hopper-Lane', 'O’Brien', 'Whitfield', 'Castillo', 'Nguyen', 'Abernathy', 'Pruitt', 'Sandoval'],
    cities: [
      ['97201', 'Portland'],
      ['60601', 'Chicago'],
      ['87501', 'Santa Fe'],
    ],
    streets: ['Maple Street', 'Harbor Road', '5th Avenue', 'Mill Lane'],
  },
];

export const companies: readonly string[] = [
  'Fjordlys & Sønner AS',
  'Deichbau KG',
  'Atelier Mérieux',
  'Ελαιώνας ΑΕ',
  'Балкан Софт',
  '山田製作所',
  'Lighthouse Instruments',
  'Casa Verde "Verde" S.L.',
  'R&D <north>',
];

export const jobs: readonly string[] = [
  'Optical engineer',
  'Hydrologin',
  'Architecte',
  'Buyer',
  'Ingénieure',
  'Pilot',
  'Cook',
];
export const categories: readonly string[] = [
  'Business',
  'Personal',
  'Choir',
  'Футбол',
  'Kunden, Nord',
  '家族',
];
export const notes: readonly string[] = [
  'Met at the fair.\nLikes tea.',
  'Ruft freitags an.',
  'Prefers e-mail 📧 to calls ☎️',
  'Line one\n\nLine three after a blank one',
  '<b>not bold</b> & "quoted"',
];
