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

const expand = `$expand=${encodeURIComponent(expandExtended(extendedIds))}`;

/** Query for what the mapping reads. */
export const MAPPED_QUERY = `$select=${selected.join(',')}&${expand}`;

/** Query for a whole item: every property of the service's and all of ours. */
export const WHOLE_QUERY = expand;

export const CONTACTS = '/me/contacts';

export const contactPath = (id: string): string => `${CONTACTS}/${encodeURIComponent(id)}`;
