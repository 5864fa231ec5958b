import type { TextProperty } from './properties.ts';

/** The two places of each phone collection: the collection shows them without gaps (spec: datasets 9.1). */
export const phoneSlots = {
  homePhones: ['String 0x3a09', 'String 0x3a2f'],
  businessPhones: ['String 0x3a08', 'String 0x3a1b'],
} as const;

/** MAPI tags that are another name of a first-class property: one storage, two views. */
export const textTags: ReadonlyMap<string, TextProperty> = new Map([
  ['String 0x3001', 'displayName'],
  ['String 0x3a05', 'generation'],
  ['String 0x3a06', 'givenName'],
  ['String 0x3a0a', 'initials'],
  ['String 0x3a11', 'surname'],
  ['String 0x3a16', 'companyName'],
  ['String 0x3a17', 'jobTitle'],
  ['String 0x3a18', 'department'],
  ['String 0x3a19', 'officeLocation'],
  ['String 0x3a1c', 'mobilePhone'],
  ['String 0x3a30', 'assistantName'],
  ['String 0x3a44', 'middleName'],
  ['String 0x3a45', 'title'],
  ['String 0x3a46', 'profession'],
  ['String 0x3a48', 'spouseName'],
  ['String 0x3a4e', 'manager'],
  ['String 0x3a4f', 'nickName'],
  ['String 0x3a51', 'businessHomePage'],
  ['SystemTime 0x3a42', 'birthday'],
]);

/** "Has picture": kept by the service, follows the photo. */
export const hasPictureKey = 'Boolean {00062004-0000-0000-c000-000000000046} Id 0x8015';
