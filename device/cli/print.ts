/** What the command prints. Records come from elsewhere, so nothing in them may steer the terminal. */
import { errorCatalogue, type SyncError } from '../../contract/errors.ts';
import { isSideLocal, type DatasetDefinition, type FieldValue } from '../../datasets/index.ts';
import type { StoredRecord } from '../store/pim-store.ts';

const LONGEST_VALUE = 200;

/** A record for programs. */
export function recordJson(definition: DatasetDefinition, { id, fields }: StoredRecord): object {
  return { id, label: definition.label(fields), fields };
}

/** A record as a line of a list: its id and its name. */
export function recordLine(definition: DatasetDefinition, { id, fields }: StoredRecord): string {
  return `${id}  ${printable(definition.label(fields))}\n`;
}

/** A record with its fields, one on a line, by the names that the command takes. */
export function recordText(definition: DatasetDefinition, record: StoredRecord): string {
  const lines = Object.entries(record.fields)
    .filter(([key]) => !isSideLocal(key))
    .map(([key, value]) => `  ${printable(key)} = ${printable(shortened(valueText(value)))}\n`);
  return recordLine(definition, record) + lines.join('');
}

export function errorText(error: SyncError): string {
  return `qdsync-device: ${printable(error.message)}\n${error.remedy}\n`;
}

export function errorJson({ code, detail, remedy }: SyncError): string {
  const { message } = errorCatalogue[code];
  return `${JSON.stringify({ error: { code, message, detail, remedy } })}\n`;
}

function valueText(value: FieldValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortened(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
