/**
 * Which Graph properties a contact's fields are kept in (spec: datasets 9.1): the plain texts as a table, the ids of
 * the extended properties, and the queries that ask for them.
 */
import { expandExtended, namedText } from '../items/extended.ts';

const ADDRESS_SET = '{00062004-0000-0000-C000-000000000046}';

/** Fields that are one text here and there. */
export const plainTexts = {
  NameTitle: 'title',
  FirstName: 'givenName',
  'FirstName@pronunciation': 'yomiGivenName',
  MiddleName: 'middleName',
  LastName: 'surname',
  'LastName@pronunciation': 'yomiSurname',
  Suffix: 'generation',
  Company: 'companyName',
  'Company@pronunciation': 'yomiCompanyName',
  BusinessWebpage: 'businessHomePage',
  JobTitle: 'jobTitle',
  Department: 'department',
  Office: 'officeLocation',
  Profession: 'profession',
  Assistant: 'assistantName',
  Manager: 'manager',
  Spouse: 'spouseName',
  Nickname: 'nickName',
  'PhoneNumbers/BusinessMobile': 'mobilePhone',
} as const;

/** Fields that are one text in an extended property. */
export const extendedTexts = {
  HomeWebpage: 'String 0x3A50',
  'PhoneNumbers/HomeFax': 'String 0x3A25',
  'PhoneNumbers/BusinessFax': 'String 0x3A24',
  'PhoneNumbers/BusinessPager': 'String 0x3A21',
  'PhoneNumbers@default': namedText('QDSync DefaultPhone'),
  'EmailAddresses@default': namedText('QDSync DefaultEmail'),
} as const;

/** Every other extended property that we read or write. */
export const extended = {
  homePhone: 'String 0x3A09',
  homePhone2: 'String 0x3A2F',
  businessPhone: 'String 0x3A08',
  businessPhone2: 'String 0x3A1B',
  gender: 'Short 0x3A4D',
  anniversary: 'SystemTime 0x3A41',
  anniversaryLocal: `SystemTime ${ADDRESS_SET} Id 0x80DF`,
  birthdayLocal: `SystemTime ${ADDRESS_SET} Id 0x80DE`,
  hasPicture: `Boolean ${ADDRESS_SET} Id 0x8015`,
  moreEmail: namedText('QDSync MoreEmail'),
  customFields: namedText('QDSync CustomFields'),
  /** Key of the create operation that made the item. */
  createKey: namedText('QDSync Key'),
} as const;

/**
 * What no record has a field for, but Outlook shows: kept whole before a contact is removed, and put back with it
 * (spec: graph 2.6).
 */
const unmapped = [
  // Numbers: other and assistant's, car, radio, callback, ISDN, telex, primary, company, text telephone, other fax.
  ...['1F', '2E', '1E', '1D', '02', '2D', '2C', '1A', '57', '4B', '23'].map((tag) => `String 0x3A${tag}`),
  // FTP, hobbies, customer, government id, account, language, location, referred by.
  ...['4C', '43', '4A', '07', '00', '0C', '0D', '47'].map((tag) => `String 0x3A${tag}`),
  // User fields, instant messages, post boxes.
  ...['804F', '8050', '8051', '8052', '8062', '804A'].map((id) => `String ${ADDRESS_SET} Id 0x${id}`),
  'String 0x3A5E',
  'String 0x3A64',
  'Integer 0x0036',
];

/** Properties of the service's own that no record has a field for. */
export const unmappedProperties = ['imAddresses', 'otherAddress'] as const;

/** Properties of the service's own that a contact is made with (spec: graph 2.1); phones are a matter of their own. */
export const writableProperties: readonly string[] = [
  ...['displayName', 'fileAs', 'initials', 'birthday', 'children', 'personalNotes', 'categories'],
  ...['emailAddresses', 'homeAddress', 'businessAddress'],
  ...unmappedProperties,
  ...Object.values(plainTexts),
];

/** Group members of an address and their Graph names. */
export const addressMembers = {
  Street: 'street',
  City: 'city',
  State: 'state',
  Zip: 'postalCode',
  Country: 'countryOrRegion',
} as const;

export const addresses = {
  'Addresses/Home': 'homeAddress',
  'Addresses/Business': 'businessAddress',
} as const;

const selected = [
  'id',
  'lastModifiedDateTime',
  'displayName',
  'fileAs',
  'initials',
  'birthday',
  'children',
  'personalNotes',
  'categories',
  'emailAddresses',
  'homePhones',
  'businessPhones',
  ...Object.values(addresses),
  ...Object.values(plainTexts),
];

const extendedIds = [...Object.values(extendedTexts), ...Object.values(extended)];

const expand = (ids: readonly string[]): string => `$expand=${encodeURIComponent(expandExtended(ids))}`;

/** Query for what the mapping reads. */
export const MAPPED_QUERY = `$select=${selected.join(',')}&${expand(extendedIds)}`;

/** Query for a whole item: every property of the service's, all of ours, and Outlook's that no record has a field for. */
export const WHOLE_QUERY = expand([...extendedIds, ...unmapped]);

export const CONTACTS = '/me/contacts';

export const contactPath = (id: string): string => `${CONTACTS}/${encodeURIComponent(id)}`;
