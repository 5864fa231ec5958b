/** What both sides must hold: worked out from what was put in, not from what the sync has made of it. */
import { contacts, type Fields, type FieldValue } from '../datasets/index.ts';

/** People by name. */
export type People = Map<string, Fields>;

export function nameOf(record: { readonly fields: Fields }): string {
  return contacts.label(record.fields);
}

/**
 * Both sides' people after their first sync: who is on both is one person, with each value that only one side has, and the
 * device's where both have one (spec: sync engine, sections 4 and 5).
 */
export function unite(outlook: readonly Fields[], device: readonly Fields[]): People {
  const people: People = new Map();
  for (const fields of [...outlook, ...device]) {
    const name = nameOf({ fields });
    people.set(name, { ...people.get(name), ...fields });
  }
  return people;
}

/** A person after an edit. */
export function change(people: People, name: string, changes: Readonly<Record<string, FieldValue>>): void {
  people.set(name, { ...people.get(name), ...changes });
}

/**
 * Sentences about what is not as it should be, field by field, on either side. Pictures are compared by sight, as a device
 * may hold them smaller.
 */
export function differencesFrom(
  expected: People,
  sides: Readonly<Record<'device' | 'Outlook', readonly { readonly fields: Fields }[]>>,
): string[] {
  return (['device', 'Outlook'] as const).flatMap((side) => {
    const where = side === 'device' ? 'on the device' : 'in Outlook';
    const missing = new Set(expected.keys());
    const found = sides[side].flatMap((record) => {
      const name = nameOf(record);
      const wanted = expected.get(name);
      if (wanted === undefined) return [`${name} is ${where} and should not be`];
      if (!missing.delete(name)) return [`${name} is ${where} twice`];
      return differentFields(wanted, record.fields).map(
        (label) => `${name}: ${label} is not as it should be ${where}`,
      );
    });
    return [...found, ...[...missing].map((name) => `${name} is not ${where}`)];
  });
}

function differentFields(wanted: Fields, held: Fields): string[] {
  const [left, right] = [contacts.canonical(wanted), contacts.canonical(held)];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys]
    .filter((key) => !contacts.sameValue(key, left[key], right[key]))
    .map((key) => contacts.fieldLabel(key));
}
