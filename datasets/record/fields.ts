/**
 * The record model that the whole project shares: a flat map of merge fields.
 *
 * A record is one document on the wire, XML or JSON of its fields, and one map of fields everywhere else. Each key is a field
 * that can be merged on its own (a top-level element, an attribute of one, or a member of a keyed list):
 *
 *     FirstName                  text of a top-level element
 *     FirstName@pronunciation    attribute of one
 *     PhoneNumbers/HomePhone     member of a keyed list; the part after the slash is the member's key
 *     PhoneNumbers@default       attribute of a list
 *     EmailAddresses             ordered list, as an array of texts
 *     Addresses/Home             group: an object of texts
 *     PhoneNumbers~hidden        side-local: part of what one side holds, never merged across sides
 *
 * An empty or absent value has no key. Keys always begin with an element name, so a hostile member key such
 * as `__proto__` can never be a key of the map by itself.
 */
export type FieldKey = string;

export type FieldValue = string | readonly FieldValue[] | { readonly [name: string]: FieldValue };

/** The fields of one record. Absent and empty are the same: no key. */
export type Fields = Readonly<Record<FieldKey, FieldValue>>;

/** No dataset nests deeper: an occurrence holds fields, and those hold groups and lists. */
const MAX_DEPTH = 8;

/** Whether a value that came from outside has the form of a field's value: texts, and lists and groups of such. */
export function isFieldValue(value: unknown, depth = MAX_DEPTH): value is FieldValue {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  return Object.values(value).every((part) => isFieldValue(part, depth - 1));
}

/** Whether a field belongs to one side only and takes no part in merging. */
export function isSideLocal(key: FieldKey): boolean {
  return key.includes('~') && !key.includes('/');
}
