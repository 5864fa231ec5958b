/** The commands that exchange records with other programs: export and import of vCard and iCalendar files. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { SyncError } from '../../contract/errors.ts';
import {
  fromICalendar,
  fromVcards,
  toICalendar,
  toVcard,
  type CalendarDataset,
  type ExchangeLoss,
  type ExchangeRecord,
  type Imported,
} from '../../datasets/exchange/index.ts';
import type { Fields } from '../../datasets/index.ts';
import { localDate } from '../clock/device-zone.ts';
import { keptForm } from '../store/kept-form.ts';
import { checkFields, fieldRules } from './assignments.ts';
import { lineOf } from './print.ts';
import { withStore, type RecordContext } from './record-context.ts';
import { UsageError } from './usage-error.ts';

/** Octets of a file that is read whole: tens of thousands of records with pictures. */
const LARGEST_FILE = 256 * 1024 * 1024;
const MOST_NAMED = 20;

/** Some records have lost something, each in its own way. */
type Losses = readonly (readonly ExchangeLoss[])[];

/** Prints all records, or writes them into a file: as JSON that `add --from` takes, or as one .vcf or .ics text. */
export async function exportRecords(context: RecordContext, file: string | undefined): Promise<void> {
  const { io, json } = context;
  const records: ExchangeRecord[] = [];
  await withStore(context, (store) => {
    records.push(...store.list(context.definition.name));
  });
  const { text, losses } = json
    ? {
        text: records.map(({ fields }) => `${JSON.stringify(fields satisfies Fields)}\n`).join(''),
        losses: [],
      }
    : exchangeText(context, records);
  if (file === undefined) io.out(text);
  else await writeWhole(file, text);
  io.err(lossText(losses));
}

function exchangeText(
  { definition, now }: RecordContext,
  records: readonly ExchangeRecord[],
): { readonly text: string; readonly losses: Losses } {
  const dataset = calendarDataset(definition.name);
  if (dataset === undefined) {
    const cards = records.map(({ id, fields }) => toVcard(fields, id));
    return { text: cards.map(({ text }) => text).join(''), losses: cards.map(({ losses }) => losses) };
  }
  const written = toICalendar(dataset, records, { now: now() });
  return { text: written.text, losses: written.losses.map(({ losses }) => losses) };
}

/**
 * Adds the records of a .vcf or .ics file (`-`: standard input) in one transaction. What cannot be read is left out and
 * named by `pim.bad-file`, after the others have been added.
 */
export async function importRecords(context: RecordContext, file: string): Promise<void> {
  const { io, definition, json } = context;
  const today = localDate(context.now(), context.zone);
  const text = await readWhole(file, io.stdin);
  const dataset = calendarDataset(definition.name);
  const { records, problems }: Imported =
    dataset === undefined ? fromVcards(text) : fromICalendar(dataset, text, { from: today });
  const rules = fieldRules(definition);
  const kept = records.map(({ fields }) => {
    checkFields(fields, rules);
    return keptForm(definition, fields, today);
  });
  if (kept.length > 0) {
    await withStore(context, (store) => {
      const added = store.add(definition.name, kept);
      const losses = records.map((record) => record.losses);
      if (json) io.out(`${JSON.stringify({ added, losses })}\n`);
      else io.out(added.length === 1 ? `Added ${added.join()}\n` : `Added ${added.length} records\n`);
      if (!json) io.err(lossText(losses));
    });
  }
  if (problems.length === 0) return;
  const named = problems
    .slice(0, MOST_NAMED)
    .map(({ line, reason, detail }) => `line ${line}: ${reason}, ${detail}`);
  const more = problems.length > MOST_NAMED ? [`and ${problems.length - MOST_NAMED} more`] : [];
  throw new SyncError('pim.bad-file', `${file}, ${[...named, ...more].join('; ')}`);
}

function calendarDataset(name: string): CalendarDataset | undefined {
  if (name === 'calendar' || name === 'tasks') return name;
  if (name === 'contacts') return undefined;
  throw new UsageError(`${name} has no form in which other programs exchange it; use --json`);
}

/** One line for each kind of loss, with the number of records that it concerns. */
function lossText(losses: Losses): string {
  const counts = new Map<string, number>();
  for (const { code, sentence } of losses.flat()) {
    const line = `${code}: ${sentence}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => lineOf(`${line} (${count} of the records)`)).join('');
}

async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${String(error)}`);
  }
}

async function readWhole(file: string, stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of file === '-' ? stdin : createReadStream(file)) {
      const bytes = Buffer.from(chunk as Uint8Array | string);
      size += bytes.length;
      if (size > LARGEST_FILE) throw new RangeError(`more than ${LARGEST_FILE} octets`);
      chunks.push(bytes);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new SyncError('pim.bad-file', `${file}: ${String(error)}`, { cause: error });
  }
}
