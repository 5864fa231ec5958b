/** Contacts as one kind of record that the device syncs. */
import { caseOnlyTwin, mapIds } from '../lists.ts';
import type { RecordKind } from '../record-kind.ts';
import type { Contact } from './model.ts';
import { CONTACT_SCOPE, readContact } from './reader.ts';
import { writeContact } from './writer.ts';

export const contactKind: RecordKind<Contact> = {
  dataset: 'contacts',
  root: 'Contact',
  scope: CONTACT_SCOPE,
  read: readContact,
  write: writeContact,

  clash(contact) {
    return (
      caseOnlyTwin('e-mail', contact.emails) ??
      caseOnlyTwin('category', contact.categories) ??
      caseOnlyTwin('custom field', [...contact.customFields.keys()])
    );
  },

  /** The main row is written before the lists' own tables, so the lists are what stays behind. */
  halfReplaced(held, wanted) {
    const { texts, spoken, gender, portrait } = wanted;
    return { ...held, texts, spoken, gender, portrait };
  },

  mapCategories(contact, change) {
    return { ...contact, categories: mapIds(contact.categories, change) };
  },

  reloaded: (contact) => contact,
};
