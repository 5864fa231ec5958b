/**
 * The properties of `contact` in Graph v1.0's metadata that a client writes, in the order of an answer
 * (spec: graph 2.1). One table; body checks, answers, `$select` and `$orderby` are derived from it.
 */

export interface EmailAddress {
  readonly name: string | null;
  readonly address: string | null;
}

export const addressMembers = ['street', 'city', 'state', 'countryOrRegion', 'postalCode'] as const;

/** An address holds only the members that are set; `{}` is an empty one. */
export type PhysicalAddress = Readonly<Partial<Record<(typeof addressMembers)[number], string>>>;

interface ValueTypes {
  readonly string: string | null;
  /** Edm.DateTimeOffset, kept as `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly instant: string | null;
  readonly strings: readonly string[];
  readonly emails: readonly EmailAddress[];
  readonly address: PhysicalAddress;
}

export type PropertyType = keyof ValueTypes;

export const contactProperties = {
  categories: 'strings',
  birthday: 'instant',
  fileAs: 'string',
  displayName: 'string',
  givenName: 'string',
  initials: 'string',
  middleName: 'string',
  nickName: 'string',
  surname: 'string',
  title: 'string',
  yomiGivenName: 'string',
  yomiSurname: 'string',
  yomiCompanyName: 'string',
  generation: 'string',
  imAddresses: 'strings',
  jobTitle: 'string',
  companyName: 'string',
  department: 'string',
  officeLocation: 'string',
  profession: 'string',
  businessHomePage: 'string',
  assistantName: 'string',
  manager: 'string',
  homePhones: 'strings',
  mobilePhone: 'string',
  businessPhones: 'strings',
  spouseName: 'string',
  personalNotes: 'string',
  children: 'strings',
  emailAddresses: 'emails',
  homeAddress: 'address',
  businessAddress: 'address',
  otherAddress: 'address',
} as const satisfies Record<string, PropertyType>;

export type ContactProperty = keyof typeof contactProperties;

/** A contact's writable properties, all present: null, [] or {} where nothing is set. */
export type ContactView = { readonly [K in ContactProperty]: ValueTypes[(typeof contactProperties)[K]] };

/** Set by the service, or (the three e-mail addresses) views of emailAddresses. */
export const readOnlyProperties = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'parentFolderId',
  'primaryEmailAddress',
  'secondaryEmailAddress',
  'tertiaryEmailAddress',
] as const;

export type ReadOnlyProperty = (typeof readOnlyProperties)[number];

export const navigationProperties = [
  'extensions',
  'multiValueExtendedProperties',
  'photo',
  'singleValueExtendedProperties',
] as const;

/** Text properties that are no first-class text but can be set through their MAPI tag as well. */
export type TextProperty = {
  [K in ContactProperty]: (typeof contactProperties)[K] extends 'string' | 'instant' ? K : never;
}[ContactProperty];

export function isContactProperty(name: string): name is ContactProperty {
  return Object.hasOwn(contactProperties, name);
}

export function isReadOnlyProperty(name: string): name is ReadOnlyProperty {
  return (readOnlyProperties as readonly string[]).includes(name);
}

const emptyValues = { string: null, instant: null, strings: [], emails: [], address: {} } as const;

/** A contact on which nothing is set. */
export const emptyView = Object.fromEntries(
  Object.entries(contactProperties).map(([name, type]) => [name, emptyValues[type]]),
) as unknown as ContactView;
