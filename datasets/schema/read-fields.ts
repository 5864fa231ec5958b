/** From JSON of a record's fields to a record (docs/protocol-extensions.md, `fields`), by a dataset's table. */
import type { ReadRecord, RecordWarning } from '../definition.ts';
import type { WarningCode } from '../record/codes.ts';
import { shortened } from '../record/characters.ts';
import { isFieldValue, type FieldKey, type Fields, type FieldValue } from '../record/fields.ts';
import { repaired, type FieldsDocument } from '../record/fields-json.ts';
import { elementOf, sameData, textsOf } from '../record/keys.ts';
import { defaultXmlLimits } from '../record/read-xml.ts';
import type { RecordElement } from './element.ts';
import { MAX_WARNINGS } from './read-record.ts';

export interface FieldsLayout {
  /** The element of a field that is not side-local. */
  readonly elementFor: (key: FieldKey) => RecordElement | undefined;
  /** All elements as there, all lists as to be replaced: what a record does not tell of is empty. */
  readonly whole: Pick<ReadRecord, 'present' | 'maxItems'>;
}

export interface ToldRecord {
  readonly record: ReadRecord;
  /** Whether each field is such as a device of 2009 would hold it, and of no great length: then XML would have told it just so. */
  readonly isPlain: boolean;
}

/** Fields that make no sense are left out with a warning. */
export function readFields(
  { elementFor, whole }: FieldsLayout,
  { id, fields: told, suspicious, undecoded }: FieldsDocument,
): ToldRecord {
  const warnings: RecordWarning[] = [];
  // As of XML, the element alone is named: what a member is called may be what somebody wrote, which is for no log.
  const warn = (code: WarningCode, key: FieldKey, detail: string): void => {
    if (warnings.length < MAX_WARNINGS) warnings.push({ code, field: shortened(elementOf(key)), detail });
  };
  const unreadable = new Set<FieldKey>();
  /** Values in place of those told; undefined: the field is left out. */
  const mended = new Map<FieldKey, FieldValue | undefined>();
  let isPlain = true;
  for (const key of Object.keys(told)) {
    const value = told[key];
    const element = elementFor(key);
    if (element === undefined) {
      warn('record.unknown-element', key, '');
      mended.set(key, undefined);
    } else if (!isFieldValue(value) || element.problem(key, value) !== undefined) {
      warn('record.bad-value', key, isFieldValue(value) ? (element.problem(key, value) ?? '') : '');
      unreadable.add(key);
      mended.set(key, undefined);
    } else {
      if (undecoded && JSON.stringify(value).includes('\ufffd'))
        warn('record.bad-value', key, 'holds bytes that were no UTF-8');
      const legal = suspicious ? repaired(value) : value;
      if (suspicious && !sameData(legal, value)) {
        warn('record.control-characters', key, '');
        mended.set(key, legal);
      }
      isPlain &&= !isLong(key, legal) && sameData(element.heldValue(key, legal), legal);
    }
  }
  const fields = mended.size === 0 ? (told as Fields) : withMended(told as Fields, mended);
  const blanked = new Set<FieldKey>();
  return { record: { id, localIdentifier: false, fields, ...whole, blanked, unreadable, warnings }, isPlain };
}

/** Whether XML might have to tell it as an attribute longer than those may be, such as the default of a list. */
function isLong(key: FieldKey, value: FieldValue): boolean {
  const most = defaultXmlLimits.attributeLength;
  if (typeof value === 'string') return value.length > most && key !== elementOf(key);
  return textsOf(value).some((text) => text.length > most);
}

function withMended(told: Fields, mended: ReadonlyMap<FieldKey, FieldValue | undefined>): Fields {
  const entries = Object.entries(told).flatMap(([key, value]): [FieldKey, FieldValue][] => {
    const kept = mended.has(key) ? mended.get(key) : value;
    return kept === undefined ? [] : [[key, kept]];
  });
  return Object.fromEntries(entries);
}
