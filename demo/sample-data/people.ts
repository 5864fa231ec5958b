/** Contacts of invented people, the same at every run: for the demo, benches and tests. */
import jpeg from 'jpeg-js';
import { encodeBase64 } from '../../datasets/portrait/index.ts';
import type { Fields, FieldValue } from '../../datasets/index.ts';
import { categories, companies, jobs, notes, regions, type Region } from './names.ts';
import { SeededRandom } from './random.ts';

export interface PeopleOptions {
  readonly count: number;
  readonly seed: number;
  /** Part of the people that have a picture, 0 to 1. */
  readonly pictures?: number;
}

/** No two of them have the same name. */
export function makePeople({ count, seed, pictures = 0 }: PeopleOptions): Fields[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, index) =>
    makePerson(random, index, seed, random.chance(pictures)),
  );
}

/** What the two sides of the demo begin with. */
export interface SampleSides {
  readonly outlook: readonly Fields[];
  readonly device: readonly Fields[];
  /** How many people are on both. */
  readonly shared: number;
}

/** People on one side only, and people whom both sides know: most alike, some with a difference. */
export function sampleSides(): SampleSides {
  const shared = makePeople({ count: 90, seed: 7, pictures: 0.3 });
  const onOutlook = makePeople({ count: 160, seed: 21, pictures: 0.3 });
  const onDevice = makePeople({ count: 160, seed: 42, pictures: 0.1 });
  const random = new SeededRandom(3);
  return {
    outlook: [...shared, ...onOutlook],
    device: [...shared.map((person) => (random.chance(0.3) ? alteredOnDevice(person) : person)), ...onDevice],
    shared: shared.length,
  };
}

/** The same person as the owner of a handheld would have noted it. */
function alteredOnDevice(person: Fields): Fields {
  const rest = Object.fromEntries(
    Object.entries(person).filter(([key]) => key !== 'Portrait' && key !== 'Notes'),
  );
  return { ...rest, 'PhoneNumbers/HomeMobile': '+47 400 00 999', Profession: 'Noted on the device' };
}

function makePerson(random: SeededRandom, index: number, seed: number, withPicture: boolean): Fields {
  const region = random.pick(regions);
  const first = random.below(region.first.length);
  const last = random.below(region.last.length);
  const fields: Record<string, FieldValue> = {
    FirstName: region.first[first] ?? '',
    // Numbers make the names unique, so that nobody is taken for somebody else.
    LastName: `${region.last[last] ?? ''} ${seed}-${index}`,
  };
  const { readings } = region;
  if (readings !== undefined) {
    fields['FirstName@pronunciation'] = readings.first[first] ?? '';
    fields['LastName@pronunciation'] = readings.last[last] ?? '';
  }
  const maybe = (probability: number, key: string, value: () => FieldValue): void => {
    if (random.chance(probability)) fields[key] = value();
  };
  maybe(0.15, 'NameTitle', () => random.pick(['Dr.', 'Prof.', 'Ms']));
  maybe(0.1, 'MiddleName', () => random.pick(['Solveig', 'M.', 'Léa']));
  maybe(0.05, 'Suffix', () => random.pick(['PhD', 'Jr.', 'III']));
  maybe(0.6, 'Company', () => random.pick(companies));
  maybe(0.5, 'JobTitle', () => random.pick(jobs));
  maybe(0.3, 'Department', () => random.pick(['R&D', 'Einkauf', 'Ventes']));
  maybe(0.2, 'Office', () => `B${random.below(9)}-${100 + random.below(90)}`);
  maybe(0.1, 'Assistant', () => random.pick(['Pål Lie', 'Ann Lee']));
  maybe(0.1, 'Manager', () => random.pick(['Siri "Boss" Dahl', 'Uwe Tester']));
  maybe(0.2, 'BusinessWebpage', () => `https://work.example/${index}`);
  maybe(0.1, 'HomeWebpage', () => `https://home.example/~${index}`);
  maybe(0.2, 'Spouse', () => random.pick(['Ola', 'Hajo', 'Ruth']));
  maybe(0.2, 'Nickname', () => random.pick(['Mari', 'Bo', 'Zig']));
  maybe(0.2, 'Children', () => random.pick(['Nora, Emil', 'Onno', 'Lee, Jr., Ann']));
  maybe(0.5, 'Birthday', () => date(random, 1940, 60));
  maybe(0.15, 'Anniversary', () => date(random, 1990, 30));
  maybe(0.3, 'Notes', () => random.pick(notes));
  maybe(0.4, 'Gender', () => random.pick(['Female', 'Male']));
  maybe(0.6, 'PhoneNumbers/HomePhone', () => phone(random, region));
  maybe(0.4, 'PhoneNumbers/BusinessPhone', () => phone(random, region));
  maybe(0.3, 'PhoneNumbers/HomeMobile', () => phone(random, region));
  maybe(0.7, 'PhoneNumbers/BusinessMobile', () => phone(random, region));
  maybe(0.1, 'PhoneNumbers/HomeFax', () => phone(random, region));
  maybe(0.1, 'PhoneNumbers/BusinessFax', () => phone(random, region));
  maybe(0.05, 'PhoneNumbers/BusinessPager', () => `${90_000 + random.below(9_999)}`);
  maybe(0.8, 'EmailAddresses', () =>
    Array.from({ length: 1 + random.below(5) }, (_, place) => `person${seed}.${index}.${place}@mail.example`),
  );
  maybe(0.5, 'Addresses/Home', () => address(random, region));
  maybe(0.4, 'Addresses/Business', () => address(random, region));
  for (const category of categories) maybe(0.12, `Categories/${category.toLowerCase()}`, () => category);
  maybe(0.1, 'CustomFields/locker', () => ({ Key: 'Locker', Value: `${random.below(99)}` }));
  maybe(0.1, 'CustomFields/größe', () => ({ Key: 'Größe', Value: 'M / 39' }));
  if (withPicture) fields.Portrait = picture(random);
  return fields;
}

function date(random: SeededRandom, from: number, years: number): string {
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${from + random.below(years)}-${part(1 + random.below(12))}-${part(1 + random.below(28))}`;
}

function phone(random: SeededRandom, region: Region): string {
  return `${region.prefix} ${200 + random.below(700)} ${10_000 + random.below(89_999)}`;
}

function address(random: SeededRandom, region: Region): FieldValue {
  const [zip, city] = random.pick(region.cities);
  return {
    Street: `${random.pick(region.streets)} ${1 + random.below(99)}`,
    City: city,
    Zip: zip,
    Country: region.country,
  };
}

/** A face of few strokes: JPEG, 48 × 60 pixels. */
function picture(random: SeededRandom): string {
  const [width, height] = [48, 60];
  const data = new Uint8Array(4 * width * height);
  const back = random.below(200);
  const skin = 120 + random.below(120);
  const wide = 12 + random.below(8);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const face = ((x - width / 2) / wide) ** 2 + ((y - height / 2) / (wide + 6)) ** 2 < 1;
      const eye = Math.abs(y - 24) < 3 && (Math.abs(x - 18) < 2 || Math.abs(x - 30) < 2);
      const shade = eye ? 20 : face ? skin : back;
      data.set([shade, face ? shade - 20 : shade, face ? shade - 40 : 255 - back, 255], 4 * (y * width + x));
    }
  }
  return encodeBase64(Uint8Array.from(jpeg.encode({ width, height, data }, 80).data));
}
