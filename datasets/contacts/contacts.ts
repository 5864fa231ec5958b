/** The dataset `contacts`: its elements in document order (spec: datasets 3.1). */
import { categorySetElement } from '../schema/category-set.ts';
import { defineDataset } from '../schema/define-dataset.ts';
import { groupEntry, textEntry } from '../schema/entries.ts';
import { keyedListElement, type ListEntry } from '../schema/keyed-list.ts';
import { keyValueListElement } from '../schema/key-value-list.ts';
import { orderedListElement } from '../schema/ordered-list.ts';
import { dateElement, enumElement, notesElement, pictureElement, textElement } from '../schema/scalar.ts';
import { contactIdentity, contactLabel } from './identity.ts';

const pronunciation = (label: string): { readonly attributes: Readonly<Record<string, string>> } => ({
  attributes: { pronunciation: label },
});

/** A device writes its third, "other" address as Home too, before the real one (spec: datasets 3.3). */
function chooseAddress(type: string, entries: readonly ListEntry[]): number {
  return entries.map((entry) => entry.type).lastIndexOf(type);
}

/**
 * All kinds of numbers without a type of their own are written as HomePhone; "other phone" sorts before the real one, so
 * that of a leading run of two it is the second (spec: datasets 3.4).
 */
function choosePhone(type: string, entries: readonly ListEntry[]): number {
  const first = entries.findIndex((entry) => entry.type === type);
  const other = entries.findIndex((entry) => entry.type !== 'HomePhone');
  const leadingRun = other === -1 ? entries.length : other;
  return type === 'HomePhone' && leadingRun === 2 ? 1 : first;
}

export const contacts = defineDataset({
  name: 'contacts',
  root: 'Contact',
  titleField: 'LastName',
  elements: [
    textElement('NameTitle', 'Title'),
    textElement('FirstName', 'First name', pronunciation('First name, pronunciation')),
    textElement('MiddleName', 'Middle name'),
    textElement('LastName', 'Last name', pronunciation('Last name, pronunciation')),
    textElement('Suffix', 'Suffix'),
    textElement('Company', 'Company', pronunciation('Company, pronunciation')),
    textElement('BusinessWebpage', 'Business web page'),
    textElement('JobTitle', 'Job title'),
    textElement('Department', 'Department'),
    textElement('Office', 'Office'),
    textElement('Profession', 'Profession'),
    textElement('Assistant', 'Assistant'),
    textElement('Manager', 'Manager'),
    textElement('HomeWebpage', 'Home web page'),
    textElement('Spouse', 'Spouse'),
    textElement('Nickname', 'Nickname'),
    textElement('Children', 'Children'),
    dateElement('Birthday', 'Birthday'),
    dateElement('Anniversary', 'Anniversary'),
    pictureElement('Portrait', 'Picture'),
    notesElement('Notes', 'Notes'),
    enumElement('Gender', 'Gender', ['Male', 'Female'], 'UnspecifiedGender'),
    keyedListElement({
      name: 'Addresses',
      label: 'Address',
      entry: 'Address',
      kind: groupEntry([
        { name: 'Street', lines: 'many' },
        { name: 'City', lines: 'one' },
        { name: 'State', lines: 'one' },
        { name: 'Zip', lines: 'one' },
        { name: 'Country', lines: 'one' },
      ]),
      types: { Home: 'Home address', Business: 'Business address' },
      fallback: 'Home',
      choose: chooseAddress,
    }),
    keyedListElement({
      name: 'PhoneNumbers',
      label: 'Phone number',
      entry: 'Number',
      kind: textEntry,
      types: {
        HomePhone: 'Home phone',
        BusinessPhone: 'Business phone',
        HomeMobile: 'Home mobile',
        BusinessMobile: 'Business mobile',
        HomeFax: 'Home fax',
        BusinessFax: 'Business fax',
        BusinessPager: 'Pager',
      },
      fallback: 'HomePhone',
      choose: choosePhone,
      defaultLabel: 'Preferred number',
    }),
    orderedListElement({
      name: 'EmailAddresses',
      label: 'E-mail',
      entry: 'Email',
      defaultLabel: 'Preferred e-mail',
    }),
    categorySetElement({ name: 'Categories', label: 'Category', entry: 'Category', unfiled: 'Unfiled' }),
    keyValueListElement({
      name: 'CustomFields',
      label: 'Custom field',
      entry: 'Field',
      key: 'Key',
      value: 'Value',
    }),
  ],
  // Addresses have names, and a person can have given the contact one of its own.
  formatted: ['EmailAddresses', 'NameTitle', 'FirstName', 'MiddleName', 'LastName', 'Suffix', 'Company'],
  label: contactLabel,
  identity: contactIdentity,
});
