/**
 * What becomes of records that changed on one side or both, and of records that no pair joins yet: the conflicts of the
 * original merge engine and the rows of its test catalogue (spec: datasets 7 and 11; sync engine, sections 4 and 5).
 */
import type { Fields } from '../../datasets/index.ts';

/** What a side did to a record: its fields now; nothing where it left it alone. */
export type Edit = Fields | 'removed' | 'left alone';

export interface ChangedPair {
  readonly name: string;
  readonly base: Fields;
  readonly device: Edit;
  readonly outlook: Edit;
  readonly expected: Fields | 'removed';
  /** Labels of the fields that are told as conflicts; `record`: its removal. */
  readonly conflicts?: readonly string[];
}

const home = (City: string, Street = ''): Fields => ({
  'Addresses/Home': { City, ...(Street !== '' && { Street }) },
});
const custom = (key: string, Value: string): Fields => ({
  [`CustomFields/${key.toLowerCase()}`]: { Key: key, Value },
});
const category = (...labels: string[]): Fields =>
  Object.fromEntries(labels.map((label) => [`Categories/${label.toLowerCase()}`, label]));
const mails = (...EmailAddresses: string[]): Fields => ({ EmailAddresses });

export const changedPairs: readonly ChangedPair[] = [
  {
    name: '7.3 replace and nothing: the replace',
    base: { JobTitle: 'a' },
    device: { JobTitle: 'b' },
    outlook: 'left alone',
    expected: { JobTitle: 'b' },
  },
  {
    name: '7.3 nothing and replace: the replace',
    base: { JobTitle: 'a' },
    device: 'left alone',
    outlook: { JobTitle: 'b' },
    expected: { JobTitle: 'b' },
  },
  {
    name: '#89 D10 replace and replace of different fields: both, where the original lost one',
    base: { NameTitle: 'Ms', 'PhoneNumbers/HomePhone': '1' },
    device: { NameTitle: 'Ms', 'PhoneNumbers/HomePhone': '2' },
    outlook: { NameTitle: 'Dr.', 'PhoneNumbers/HomePhone': '1' },
    expected: { NameTitle: 'Dr.', 'PhoneNumbers/HomePhone': '2' },
  },
  {
    name: '7.3 replace and replace of one field: the device, as the original',
    base: { JobTitle: 'a' },
    device: { JobTitle: 'device' },
    outlook: { JobTitle: 'outlook' },
    expected: { JobTitle: 'device' },
    conflicts: ['Job title'],
  },
  {
    name: '7.3 replace and replace of one field and of others: a conflict for the one only',
    base: { JobTitle: 'a', Office: '1', Spouse: 'x' },
    device: { JobTitle: 'device', Office: '2', Spouse: 'x' },
    outlook: { JobTitle: 'outlook', Office: '1', Spouse: 'y' },
    expected: { JobTitle: 'device', Office: '2', Spouse: 'y' },
    conflicts: ['Job title'],
  },
  {
    name: '7.3 replace and replace by the same: no conflict',
    base: { JobTitle: 'a' },
    device: { JobTitle: 'b' },
    outlook: { JobTitle: 'b' },
    expected: { JobTitle: 'b' },
  },
  {
    name: '7.3 replace and replace by the same but for its form: no conflict',
    base: { Notes: 'a' },
    device: { Notes: 'x\ny' },
    outlook: { Notes: 'x\r\ny\r\n' },
    expected: { Notes: 'x\ny' },
  },
  {
    name: '7.3 a field emptied and another replaced: both',
    base: { JobTitle: 'a', Office: '1' },
    device: { Office: '1' },
    outlook: { JobTitle: 'a', Office: '2' },
    expected: { Office: '2' },
  },
  {
    name: '7.3 a field emptied on the device and replaced in Outlook: emptied, and told',
    base: { JobTitle: 'a' },
    device: {},
    outlook: { JobTitle: 'b' },
    expected: {},
    conflicts: ['Job title'],
  },
  {
    name: '7.3 a field replaced on the device and emptied in Outlook: replaced, and told',
    base: { JobTitle: 'a' },
    device: { JobTitle: 'b' },
    outlook: {},
    expected: { JobTitle: 'b' },
    conflicts: ['Job title'],
  },
  {
    name: '7.3 a field emptied on both sides: no conflict',
    base: { JobTitle: 'a', Office: '1' },
    device: { Office: '1' },
    outlook: { Office: '1' },
    expected: { Office: '1' },
  },
  {
    name: '#90 replace and remove: the removal, and it is told',
    base: { JobTitle: 'a' },
    device: { JobTitle: 'b' },
    outlook: 'removed',
    expected: 'removed',
    conflicts: ['Job title'],
  },
  {
    name: '#90 remove and replace: the removal, and it is told',
    base: { JobTitle: 'a' },
    device: 'removed',
    outlook: { JobTitle: 'b' },
    expected: 'removed',
    conflicts: ['Job title'],
  },
  {
    name: '7.3 remove and remove: nothing is sent',
    base: { JobTitle: 'a' },
    device: 'removed',
    outlook: 'removed',
    expected: 'removed',
  },
  {
    name: '7.3 numbers of different types, added on both sides: both',
    base: { 'PhoneNumbers/HomePhone': '1' },
    device: { 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/HomeMobile': '2' },
    outlook: { 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/BusinessPhone': '3' },
    expected: {
      'PhoneNumbers/HomePhone': '1',
      'PhoneNumbers/HomeMobile': '2',
      'PhoneNumbers/BusinessPhone': '3',
    },
  },
  {
    name: '7.3 numbers of one type replaced on both sides, another removed: a conflict for the one only',
    base: { 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/HomeFax': '9' },
    device: { 'PhoneNumbers/HomePhone': '2', 'PhoneNumbers/HomeFax': '9' },
    outlook: { 'PhoneNumbers/HomePhone': '3' },
    expected: { 'PhoneNumbers/HomePhone': '2' },
    conflicts: ['Home phone'],
  },
  {
    name: '7.3 an address each: both',
    base: home('Oslo'),
    device: { ...home('Oslo'), 'Addresses/Business': { City: 'Leer' } },
    outlook: home('Bergen'),
    expected: { ...home('Bergen'), 'Addresses/Business': { City: 'Leer' } },
  },
  {
    name: '7.3 one address in two ways: whole addresses, never a mixture of two',
    base: home('Oslo', 'A'),
    device: home('Bergen', 'A'),
    outlook: home('Oslo', 'B'),
    expected: home('Bergen', 'A'),
    conflicts: ['Home address'],
  },
  {
    name: '7.3 categories added and removed: united',
    base: category('Choir', 'Work'),
    device: category('Choir', 'Work', 'Ski'),
    outlook: category('Work', 'Chess'),
    expected: category('Work', 'Ski', 'Chess'),
  },
  {
    name: '7.3 custom fields, a key each: both',
    base: custom('Shoe', '39'),
    device: { ...custom('Shoe', '39'), ...custom('Locker', '4') },
    outlook: custom('Shoe', '40'),
    expected: { ...custom('Shoe', '40'), ...custom('Locker', '4') },
  },
  {
    name: '7.3 e-mails added on one side and removed on the other: both',
    base: mails('a@x', 'b@x'),
    device: mails('a@x', 'b@x', 'd@x'),
    outlook: mails('b@x'),
    expected: mails('b@x', 'd@x'),
  },
  {
    name: 'D3 e-mails in another order on the device: the order reaches Outlook',
    base: mails('a@x', 'b@x', 'c@x'),
    device: mails('c@x', 'a@x', 'b@x'),
    outlook: 'left alone',
    expected: mails('c@x', 'a@x', 'b@x'),
  },
  {
    name: 'D8 more e-mails than any template of the original allows: all of them',
    base: {},
    device: mails('a@x', 'b@x', 'c@x', 'd@x', 'e@x', 'f@x'),
    outlook: { Office: '1' },
    expected: { ...mails('a@x', 'b@x', 'c@x', 'd@x', 'e@x', 'f@x'), Office: '1' },
  },
  {
    name: '#92 what the original’s Outlook plugin could not hold: kept when the other side replaces',
    base: { HomeWebpage: 'https://a.example/', ...custom('Shoe', '39') },
    device: 'left alone',
    outlook: { HomeWebpage: 'https://a.example/', ...custom('Shoe', '39'), JobTitle: 'b' },
    expected: { HomeWebpage: 'https://a.example/', ...custom('Shoe', '39'), JobTitle: 'b' },
  },
];

export interface Strangers {
  readonly name: string;
  readonly device: readonly Fields[];
  readonly outlook: readonly Fields[];
  /** What both sides hold afterwards. */
  readonly expected: readonly Fields[];
  /** What they are called by. */
  readonly label: string;
  /** What is done to them: the action and the side. */
  readonly writes: readonly string[];
}

const phone = (number: string): Fields => ({ 'PhoneNumbers/HomePhone': number });

export const strangers: readonly Strangers[] = [
  {
    name: '#88 D12 the same record on both sides: one, and nothing is written',
    device: [{ FirstName: 'Ada', ...phone('1') }],
    outlook: [{ FirstName: 'Ada', ...phone('1') }],
    expected: [{ FirstName: 'Ada', ...phone('1') }],
    label: 'Ada',
    writes: [],
  },
  {
    name: '#79 D4 the same record in another form: one, and nothing is written',
    device: [{ FirstName: 'Bo', ...phone('1'), ...mails('b@x', 'a@x'), 'EmailAddresses@default': 'b@x' }],
    outlook: [{ FirstName: 'Bo', ...phone('1'), ...mails('b@x', 'a@x'), Gender: 'UnspecifiedGender' }],
    expected: [{ FirstName: 'Bo', ...phone('1'), ...mails('b@x', 'a@x') }],
    label: 'Bo',
    writes: [],
  },
  {
    name: '#85 D5 one in Outlook, two alike on the device: one match, one plain create',
    device: [{ FirstName: 'Cid' }, { FirstName: 'Cid' }],
    outlook: [{ FirstName: 'Cid' }],
    expected: [{ FirstName: 'Cid' }, { FirstName: 'Cid' }],
    label: 'Cid',
    writes: ['create mailbox'],
  },
  {
    name: '#85 D5 two alike in Outlook, one on the device: one match, one plain create',
    device: [{ FirstName: 'Dan' }],
    outlook: [{ FirstName: 'Dan' }, { FirstName: 'Dan' }],
    expected: [{ FirstName: 'Dan' }, { FirstName: 'Dan' }],
    label: 'Dan',
    writes: ['create device'],
  },
  {
    name: 'slow sync, step 3: one name and one number in common: values win over blanks, lists are united',
    device: [{ FirstName: 'Eve', ...phone('1'), JobTitle: 'Pilot', ...mails('d@x') }],
    outlook: [{ FirstName: 'Eve', ...phone('1'), Company: 'Navy', ...mails('o@x'), ...category('Ski') }],
    expected: [
      {
        FirstName: 'Eve',
        ...phone('1'),
        JobTitle: 'Pilot',
        Company: 'Navy',
        ...mails('d@x', 'o@x'),
        ...category('Ski'),
      },
    ],
    label: 'Eve',
    writes: ['update device', 'update mailbox'],
  },
  {
    name: 'slow sync, step 3: one name, nothing to tell them by on one side: one person',
    device: [{ FirstName: 'Fay' }],
    outlook: [{ FirstName: 'Fay', ...phone('1') }],
    expected: [{ FirstName: 'Fay', ...phone('1') }],
    label: 'Fay',
    writes: ['update device'],
  },
  {
    name: 'slow sync, step 3: one name, nothing in common: two people',
    device: [{ FirstName: 'Gus', ...phone('1') }],
    outlook: [{ FirstName: 'Gus', ...phone('2') }],
    expected: [
      { FirstName: 'Gus', ...phone('1') },
      { FirstName: 'Gus', ...phone('2') },
    ],
    label: 'Gus',
    writes: ['create device', 'create mailbox'],
  },
  {
    name: 'slow sync, step 3: several candidates: no guess',
    device: [{ FirstName: 'Hal', ...phone('1') }],
    outlook: [
      { FirstName: 'Hal', ...phone('1'), JobTitle: 'a' },
      { FirstName: 'Hal', ...phone('1'), JobTitle: 'b' },
    ],
    expected: [
      { FirstName: 'Hal', ...phone('1') },
      { FirstName: 'Hal', ...phone('1'), JobTitle: 'a' },
      { FirstName: 'Hal', ...phone('1'), JobTitle: 'b' },
    ],
    label: 'Hal',
    writes: ['create device', 'create device', 'create mailbox'],
  },
  {
    name: 'slow sync, step 3: nameless, one company but for its case: joined, and what differs is told',
    device: [{ Company: 'Iota', ...phone('1') }],
    outlook: [{ Company: 'IOTA ', ...phone('1'), BusinessWebpage: 'https://iota.example/' }],
    expected: [{ Company: 'Iota', ...phone('1'), BusinessWebpage: 'https://iota.example/' }],
    label: 'Iota',
    writes: ['conflict mailbox', 'update device', 'update mailbox'],
  },
];
