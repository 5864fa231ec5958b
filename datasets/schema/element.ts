/**
 * What a dataset's table is made of: one description for each top-level element. Reading, writing, validation,
 * reference schema, canonical form, merge fields and names for people all derive from it; a new kind of element
 * is a new function that returns one of these.
 */
import type { ReadRecord, WriteTarget, ZonedTimes } from '../definition.ts';
import type { WarningCode } from '../record/codes.ts';
import type { FieldKey, Fields, FieldValue } from '../record/fields.ts';
import { withChanges, type FieldChange, type MutableFields } from '../record/keys.ts';
import type { XmlElement } from '../record/xml.ts';

/** Where an element puts what it reads. */
export interface Draft {
  readonly fields: MutableFields;
  /** Members that the document names with a blank text (ReadRecord.blanked). */
  readonly blanked: Set<FieldKey>;
  /** Fields whose value cannot be understood (ReadRecord.unreadable). */
  readonly unreadable: Set<FieldKey>;
  /** A device's word for a category to the common one. */
  readonly categoryAliases: Readonly<Record<string, string>>;
  /** What a `Z` behind a time means. */
  readonly zonedTimes: ZonedTimes;
  warn(code: WarningCode, field: FieldKey, detail: string): void;
}

/** `absent`: the element is there but cannot be used, and counts as if it were not. */
export type ElementReading = 'present' | 'absent';

/** What a list adds to an element (spec: datasets 2.6). */
export interface ListBehaviour {
  /** How many entries a record has, hidden ones included; compared with `maxItems`. */
  count(fields: Fields): number;
  /** The list's fields after entries were added to what was there. `fields` are the list's own only. */
  merge(previous: Fields, read: ReadRecord): Fields;
}

export interface RecordElement {
  /** Name on the wire, and first part of all its field keys. */
  readonly name: string;
  /** Keys that a shared field of it can have, as far as they are known beforehand. */
  readonly keys: readonly FieldKey[];
  readonly list?: ListBehaviour;

  read(xml: XmlElement, draft: Draft): ElementReading;

  /** Undefined: leave the element out, so that the receiver keeps what it has. */
  write(fields: Fields, target: WriteTarget): XmlElement | undefined;

  /** The element as it stands in the reference schema. */
  template(): XmlElement;

  /** Why this cannot be a field of the element; undefined when it can. */
  problem(key: FieldKey, value: FieldValue): string | undefined;

  /** Undefined for what counts as absent. Applied to its own result it changes nothing. */
  canonicalValue(key: FieldKey, value: FieldValue): FieldValue | undefined;

  /** What of a canonical value takes part in matching across sides. */
  matchValue(key: FieldKey, canonical: FieldValue): FieldValue | undefined;

  /** What a device of 2009 holds after it was sent the value (spec: datasets 2.7). */
  heldValue(key: FieldKey, value: FieldValue): FieldValue | undefined;

  /** Whether two canonical values, not equal as data, still mean the same. */
  alike?(key: FieldKey, a: FieldValue, b: FieldValue): boolean;

  /** The one field that may be meaningless beside the others, where each of them has been made as it shall be by itself. */
  readonly dependent?: FieldKey;

  /** Changes of what the element's other fields make meaningless, such as a default that is not in its list. */
  settle?(fields: Fields): readonly FieldChange[];

  /** What the field is called in reports. */
  label(key: FieldKey): string;
}

/** The fields settled by each of some elements; the same object where none of them changes anything. */
export function settledBy(elements: readonly RecordElement[], fields: Fields): Fields {
  let changes: readonly FieldChange[] = [];
  for (const element of elements) {
    const more = element.settle?.(fields) ?? [];
    if (more.length > 0) changes = [...changes, ...more];
  }
  return withChanges(fields, changes);
}

/** Sent with complete lists, so that the receiver replaces its own (spec: datasets 2.6). */
export const COMPLETE_LIST = ['maxItems', '99'] as const;

/** Attributes of a complete list's container in the given style. */
export function listAttributes(target: WriteTarget): readonly (readonly [string, string])[] {
  return target.style === 'desktop' ? [COMPLETE_LIST] : [];
}
