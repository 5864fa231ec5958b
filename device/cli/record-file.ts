/** Many records in one file: one JSON object of fields on each line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fieldsSchema } from '../../contract/server-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import type { Fields } from '../../datasets/index.ts';
import { checkFields, type FieldRules } from './assignments.ts';

/** Reads a whole file (`-`: standard input); throws `pim.bad-file`, which names the line. */
export async function readRecordFile(path: string, stdin: Readable, rules: FieldRules): Promise<Fields[]> {
  const records: Fields[] = [];
  const input = path === '-' ? stdin : createReadStream(path);
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      if (line.trim() !== '') records.push(readLine(line, rules));
    }
  } catch (error) {
    const detail = error instanceof SyncError ? error.detail : String(error);
    const where = number === 0 ? path : `${path}, line ${number}`;
    throw new SyncError('pim.bad-file', `${where}: ${detail}`, { cause: error });
  }
  return records;
}

function readLine(line: string, rules: FieldRules): Fields {
  const parsed = fieldsSchema.safeParse(parseJson(line));
  if (!parsed.success) throw new SyncError('pim.bad-file', 'not a JSON object of fields');
  checkFields(parsed.data, rules);
  return parsed.data;
}

/** Undefined, which is no record either, for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
