/** Contacts as one kind of record that the device syncs. */
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
    const categories = contact.categories.flatMap((category) => change(category) ?? []);
    return { ...contact, categories: [...new Set(categories)] };
  },
};

/** Two values that differ in ASCII case only break the store's unique index. */
function caseOnlyTwin(what: string, values: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const value of values) {
    const folded = value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    if (seen.has(folded)) return `${what} ${value} twice`;
    seen.add(folded);
  }
  return undefined;
}
