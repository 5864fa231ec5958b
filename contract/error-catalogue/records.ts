/** What may be wrong with a record. */
import { entry } from './entry.ts';

export const recordErrors = {
  'record.not-xml': entry(
    'A record is not well-formed XML.',
    'The record is left alone on both sides. Open and save it on the device, then sync again.',
  ),
  'record.not-json': entry(
    'A record is not well-formed JSON of an id and fields.',
    'The record is left alone on both sides. Open and save it on the device, then sync again.',
  ),
  'record.forbidden-xml': entry(
    'A record contains a document type or an entity that is not allowed.',
    'The record is left alone on both sides.',
  ),
  'record.too-large': entry(
    'A record is too large or too deeply nested.',
    'The record is left alone on both sides. Shorten it.',
  ),
  'record.wrong-root': entry(
    'A record is of another kind than its dataset.',
    'The record is left alone on both sides.',
  ),
  'record.structure': entry(
    'A record has an element in a place where only text may be.',
    'The record is left alone on both sides.',
  ),
  'record.bad-date': entry(
    'A date cannot be read; the old value was kept.',
    'Correct the date on the device.',
  ),
  'record.bad-value': entry(
    'A value cannot be read; the old value was kept.',
    'Correct the value on the device.',
  ),
  'record.control-characters': entry(
    'Characters that XML does not allow were removed.',
    'Nothing needs to be done.',
  ),
  'record.unknown-element': entry(
    'A record has an element that this program does not know; it stays on the device only.',
    'Nothing needs to be done.',
  ),
  'record.duplicate-id': entry(
    'The device sent two records with the same id.',
    'Only the last one was used. Sync again; if it happens again, restart the device.',
  ),
  'record.no-id': entry(
    'The device sent a record without an id.',
    'The record is left alone. Open and save it on the device, then sync again.',
  ),
  'record.refused-by-device': entry(
    'The device did not accept a record.',
    'The record stays in Outlook and is tried again at each sync. Look for values that differ in upper and lower case only.',
  ),
  'record.changed-on-device': entry(
    'The record was changed on the device while the sync was running.',
    'Nothing was overwritten; the next sync settles it.',
  ),
} as const;
