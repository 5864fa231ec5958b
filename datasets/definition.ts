/**
 * What the engine knows of a dataset. One declarative table per dataset (see schema/) yields all of this;
 * the engine knows no dataset by name (spec: sync engine, section 1).
 */
import type { FieldKey, Fields, FieldValue } from './record/fields.ts';

/** A side of a sync: the handheld, or the Outlook mailbox. */
export type Side = 'device' | 'mailbox';

/** Something that a reader repaired or could not use; the record itself was accepted. */
export interface RecordWarning {
  /** A code of the error catalogue, such as `record.bad-date`. */
  readonly code: string;
  /** The element or attribute concerned. */
  readonly field: FieldKey;
  /** The offending text, shortened. */
  readonly detail: string;
}

/** One record as it was read from XML. */
export interface ReadRecord {
  /** Text of `Identifier`, byte for byte; may be empty. */
  readonly id: string;
  /** False when the sender wrote `localIdentifier="false"` (or `0`): the id is the sender's own. */
  readonly localIdentifier: boolean;
  readonly fields: Fields;
  /**
   * Top-level elements that the document holds, empty ones included; not those whose value cannot be understood.
   * An absent element means "unchanged".
   */
  readonly present: ReadonlySet<string>;
  /** Members of lists that the document names with a blank text: they are to go, whatever the list's reading. */
  readonly blanked: ReadonlySet<FieldKey>;
  /**
   * Fields that the document names with a value that cannot be understood, within an element that can: a replace leaves
   * them as they were (spec: datasets 2.10).
   */
  readonly unreadable?: ReadonlySet<FieldKey>;
  /** `maxItems` of each list container present: a number, or null where it is absent or not a number. */
  readonly maxItems: ReadonlyMap<string, number | null>;
  readonly warnings: readonly RecordWarning[];
}

/** Why a document is not a record. Nothing is thrown for bad input. */
export interface RecordError {
  /** A code of the error catalogue, such as `record.not-xml`. */
  readonly code: string;
  /** What exactly, and where: element, line, column. */
  readonly detail: string;
}

export type ReadOutcome =
  { readonly ok: true; readonly record: ReadRecord } | { readonly ok: false; readonly error: RecordError };

/**
 * What the literal `Z` behind a time on the wire means (spec: datasets 4.4). `wall-clock`: it only marks that the time
 * is that of the record's zone, as devices write it. `utc`: the time is UTC, as the published schema has it.
 */
export type ZonedTimes = 'wall-clock' | 'utc';

export interface ReadOptions {
  /** A device's translated labels to `Business` or `Personal`. */
  readonly categoryAliases?: Readonly<Record<string, string>>;
  /** `wall-clock` unless told otherwise. */
  readonly zonedTimes?: ZonedTimes;
  /** The document was written briefly: an element that it leaves out is empty (WriteTarget.brief). */
  readonly brief?: boolean;
  /** It may also be JSON of the record's fields (DatasetDefinition.writeFields), which says by its first character which it is. */
  readonly fields?: boolean;
}

/** How a record is addressed and laid out when written. */
export interface WriteTarget {
  /** The id put into `Identifier`. */
  readonly id: string;
  /** True: the receiver's own id (replace). False: ours, with `localIdentifier="false"` (create). */
  readonly own: boolean;
  /**
   * `desktop`: compact, complete, lists with `maxItems="99"`. `device`: as a device writes, with a leading
   * line feed and indentation, without `maxItems`.
   */
  readonly style: 'desktop' | 'device';
  /** Without what says nothing: elements that would be empty, and the layout of a device. For who reads it so, and creates. */
  readonly brief?: boolean;
  /** What the receiver holds now, where known; needed to keep hidden phone numbers of a 2009 device. */
  readonly previous?: Fields;
  /** `wall-clock` unless told otherwise. */
  readonly zonedTimes?: ZonedTimes;
  /**
   * Today where the receiver is, `YYYY-MM-DD`: a date that a record must have and lacks is today. Without it the element
   * is left out, and the receiver fills it in by its own clock. Give `rendition` the same one.
   */
  readonly today?: string;
}

/**
 * How a list without (or with too small a) `maxItems` is read into a record that has entries already:
 * `replace` as the desktop does (a device sends whole lists), `merge` as a device does (spec: datasets 2.6).
 */
export type ListReading = 'replace' | 'merge';

/** What may make two records of different sides the same one, when nothing else pairs them. */
export interface IdentityKeys {
  /** Both records must have the same key. */
  readonly key: string;
  /** And at least one piece of evidence in common, or none at all on one side. */
  readonly evidence: readonly string[];
}

/** Dates, both inclusive, each `YYYY-MM-DD` in a record's own zone. */
export interface DateSpan {
  readonly first: string;
  /** null: without end. */
  readonly last: string | null;
}

/** Of a dataset whose records lie in time. */
export interface TimeOfRecords {
  /** From the first to the last day of the record, a series with all its occurrences; undefined: it has no date. */
  span(fields: Fields): DateSpan | undefined;
  /** Whether the record, or any occurrence of its series, touches a range of dates. */
  takesPlace(fields: Fields, range: { readonly from: string; readonly to: string }): boolean;
}

/** Where a function gives back fields, they may be the very object that it was given: fields are never changed in place. */
export interface DatasetDefinition {
  /** Name on the wire: `contacts`, `calendar`, `tasks`. */
  readonly name: string;
  /** Name of the root element: `Contact`. */
  readonly root: string;

  /** The field that people know a record by: where a copy says that it is one. */
  readonly titleField: FieldKey;
  /** Absent: records of the dataset do not lie in time. */
  readonly time?: TimeOfRecords;

  /** Reads one record as it came over the wire. */
  read(xml: string, options?: ReadOptions): ReadOutcome;

  /** Writes one complete record, by the writer checklist (spec: datasets 2.12). */
  write(fields: Fields, target: WriteTarget): string;

  /**
   * Writes one record that is created as JSON of its fields, which means just what `write` says (docs/protocol-extensions.md,
   * `fields`). `stored`: JSON of the fields; where nothing has to change it is not taken apart. Undefined: the record has
   * fields of one side alone, which only XML can tell, or characters that XML does not tell as they are.
   */
  writeFields(stored: string, target: Pick<WriteTarget, 'id' | 'style' | 'today'>): string | undefined;

  /** The fields a store has after a replace: what is absent in the document keeps its previous value. */
  applyReplace(previous: Fields, read: ReadRecord, lists: ListReading): Fields;

  /** Why this cannot be a field of the dataset; undefined when it can. */
  problem(key: FieldKey, value: FieldValue): string | undefined;

  /** The template record "what I support", as XML (spec: datasets 7.2). */
  referenceSchema(): string;

  /** Equal records have equal canonical fields (spec: datasets 7.5). Side-local fields are left out. */
  canonical(fields: Fields): Fields;

  /** `stableJson(canonical(fields))`: equal for equal records. */
  canonicalText(fields: Fields): string;

  /** Text that is equal for records that two sides may hold as the same one (7.5 rules 5, 10, 11). */
  matchText(fields: Fields): string;

  /** Whether two values of a field mean the same. Portraits are compared as pictures. */
  sameValue(key: FieldKey, a: FieldValue | undefined, b: FieldValue | undefined): boolean;

  /**
   * Makes merged fields consistent again (a default that is no longer in its list goes, and the like). `before` is what
   * the side held until the merge, where known: what only made sense beside a value that has changed now goes too.
   */
  normalise(fields: Fields, before?: Fields): Fields;

  /** The form in which a side will hold what was sent to it; the same object where that is it. `today`: as in WriteTarget. */
  rendition(side: Side, sent: Fields, today?: string): Fields;

  /**
   * Whether a device can come from what it holds to what it shall hold by a replace. Where it cannot, the record is
   * removed and created anew (spec: datasets 4.3). Absent: it always can.
   */
  replaceable?(held: Fields, wanted: Fields): boolean;

  /**
   * Elements whose value in Outlook can be more than a field holds, such as the formatting of a text: before one of them
   * is written over, the whole item is kept (spec: sync engine, G1).
   */
  readonly formatted: ReadonlySet<string>;

  /** Keys for pairing records at a slow sync (spec: sync engine, section 5 step 3); undefined: no guess. */
  identity(fields: Fields): IdentityKeys | undefined;

  /** A short name of the record for people: "Ada Lovelace", never empty. */
  label(fields: Fields): string;

  /** What a field is called in reports: "Home phone". */
  fieldLabel(key: FieldKey): string;
}
