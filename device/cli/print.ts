/** What the command prints. Records come from elsewhere, so nothing in them may steer the terminal. */
import { errorCatalogue, type SyncError } from '../../contract/errors.ts';
import { isSideLocal, type DatasetDefinition, type Fields, type FieldValue } from '../../datasets/index.ts';
import type { StoredRecord } from '../store/pim-store.ts';
import { appointmentSummary } from './calendar-list.ts';
import { taskSummary } from './task-list.ts';

const LONGEST_VALUE = 200;

/** A record for programs. */
export function recordJson(definition: DatasetDefinition, { id, fields }: StoredRecord): object {
  return { id, label: definition.label(fields), fields };
}

/** What the lists of a dataset say beside the names of its records. */
const summaries: Readonly<Record<string, (fields: Fields) => string>> = {
  calendar: appointmentSummary,
  tasks: taskSummary,
};

/** A record as a line of a list: its id, its name, and what else there is to say in short. */
export function recordLine(definition: DatasetDefinition, { id, fields }: StoredRecord): string {
  const summary = summaries[definition.name]?.(fields) ?? '';
  return lineOf(`${id}  ${definition.label(fields)}${summary === '' ? '' : `  (${summary})`}`);
}

/** A text as a line, with nothing in it that steers the terminal. */
export function lineOf(text: string): string {
  return `${printable(text)}\n`;
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
