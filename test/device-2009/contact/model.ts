/** A contact as the device holds it (spec: datasets 3). */

/** The elements up to `Notes` that hold plain text, in document order, with the dates and the portrait between. */
export const HEAD = [
  { name: 'NameTitle', kind: 'text' },
  { name: 'FirstName', kind: 'spoken' },
  { name: 'MiddleName', kind: 'text' },
  { name: 'LastName', kind: 'spoken' },
  { name: 'Suffix', kind: 'text' },
  { name: 'Company', kind: 'spoken' },
  { name: 'BusinessWebpage', kind: 'text' },
  { name: 'JobTitle', kind: 'text' },
  { name: 'Department', kind: 'text' },
  { name: 'Office', kind: 'text' },
  { name: 'Profession', kind: 'text' },
  { name: 'Assistant', kind: 'text' },
  { name: 'Manager', kind: 'text' },
  { name: 'HomeWebpage', kind: 'text' },
  { name: 'Spouse', kind: 'text' },
  { name: 'Nickname', kind: 'text' },
  { name: 'Children', kind: 'text' },
  { name: 'Birthday', kind: 'date' },
  { name: 'Anniversary', kind: 'date' },
  { name: 'Portrait', kind: 'portrait' },
  { name: 'Notes', kind: 'text' },
  { name: 'Gender', kind: 'gender' },
] as const;

/** Name of an element that holds one text or date. */
export type TextName = Exclude<(typeof HEAD)[number]['name'], 'Portrait' | 'Gender'>;
/** Name of an element with a pronunciation. */
export type SpokenName = 'FirstName' | 'LastName' | 'Company';

export const ADDRESS_PARTS = ['Street', 'City', 'State', 'Zip', 'Country'] as const;
export type Address = Readonly<Record<(typeof ADDRESS_PARTS)[number], string>>;
/** In the order in which the device writes them; `Other` goes out as `Home`. */
export const ADDRESS_KINDS = ['Other', 'Home', 'Business'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** All fifteen kinds of number with the device's internal type, by which they are sorted. */
export const PHONE_KINDS = {
  OtherPhone: 0x000,
  HomePhone: 0x001,
  BusinessPhone: 0x002,
  OtherMobile: 0x100,
  HomeMobile: 0x101,
  BusinessMobile: 0x102,
  OtherFax: 0x200,
  HomeFax: 0x201,
  BusinessFax: 0x202,
  OtherVoip: 0x300,
  HomeVoip: 0x301,
  BusinessVoip: 0x302,
  OtherPager: 0x400,
  HomePager: 0x401,
  BusinessPager: 0x402,
} as const;
export type PhoneKind = keyof typeof PHONE_KINDS;

/** The seven kinds that have a name on the wire. The other eight go out as `HomePhone`. */
export const WIRE_PHONE_KINDS: readonly PhoneKind[] = [
  'HomePhone',
  'BusinessPhone',
  'HomeMobile',
  'BusinessMobile',
  'HomeFax',
  'BusinessFax',
  'BusinessPager',
];

export interface Contact {
  /** Trimmed, never empty; dates as `YYYY-MM-DD`. */
  readonly texts: ReadonlyMap<TextName, string>;
  readonly spoken: ReadonlyMap<SpokenName, string>;
  readonly gender: '' | 'Male' | 'Female';
  /** Name of the picture's file. */
  readonly portrait: string | undefined;
  readonly addresses: ReadonlyMap<AddressKind, Address>;
  readonly phones: ReadonlyMap<PhoneKind, string>;
  readonly defaultPhone: PhoneKind | undefined;
  readonly emails: readonly string[];
  readonly defaultEmail: string;
  /** Ids; until the commit also texts that are to become categories. */
  readonly categories: readonly string[];
  readonly customFields: ReadonlyMap<string, string>;
}

export const EMPTY_CONTACT: Contact = {
  texts: new Map(),
  spoken: new Map(),
  gender: '',
  portrait: undefined,
  addresses: new Map(),
  phones: new Map(),
  defaultPhone: undefined,
  emails: [],
  defaultEmail: '',
  categories: [],
  customFields: new Map(),
};

/** The kinds of number that a contact has, in the device's order. */
export function phonesInOrder(phones: ReadonlyMap<PhoneKind, string>): [PhoneKind, string][] {
  return [...phones].sort(([a], [b]) => PHONE_KINDS[a] - PHONE_KINDS[b]);
}

const BLANK = '[\\t-\\r\\x85\\p{Z}]+';
const EDGES = new RegExp(`^${BLANK}|${BLANK}$`, 'gu');
const RUNS = new RegExp(BLANK, 'gu');

/** Without white space at both ends, as Qt counts white space. */
export function trimmed(text: string): string {
  return text.replace(EDGES, '');
}

/** Trimmed, and each run of white space made one blank. */
export function simplified(text: string): string {
  return trimmed(text).replace(RUNS, ' ');
}
