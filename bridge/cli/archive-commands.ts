/** `conflicts`, `history`, `undo` and `settings`: what happened, and what people decide about it. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { paths, startedSchema } from '../../contract/api.ts';
import {
  conflictSchema,
  conflictsSchema,
  type Conflict,
  type ConflictChoice,
  type Conflicts,
} from '../../contract/conflicts.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  historyEntrySchema,
  historyRecordsSchema,
  historySchema,
  type HistoryRecord,
} from '../../contract/history.ts';
import {
  allSettingsSchema,
  modeSchema,
  policySchema,
  type AllSettings,
  type CalendarWindow,
  type Mode,
  type Policy,
  type SettingsChange,
} from '../../contract/settings.ts';
import { conflictList, conflictText, historyList, historyText, settingsList } from './archive-listings.ts';
import type { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';
import { followJob } from './sync-command.ts';

export interface ArchiveFlags {
  readonly json?: true;
  readonly all?: true;
  readonly keep?: 'device' | 'outlook' | 'both';
  readonly record?: readonly number[];
  readonly overwrite?: true;
  readonly device?: string;
  readonly dataset?: readonly string[];
  readonly mode?: Mode;
  readonly policy?: Policy;
  readonly window?: CalendarWindow | 'all';
  readonly trim?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Declares a subcommand that asks the running bridge; `words` are its arguments. */
export type Ask = (
  usage: string,
  description: string,
  run: (client: BridgeClient, flags: ArchiveFlags, words: readonly string[]) => Promise<number>,
) => Command;

const CHOICES: Readonly<Record<'device' | 'outlook' | 'both', ConflictChoice>> = {
  device: 'device',
  outlook: 'mailbox',
  both: 'both',
};

/** Conflicts decided by one request at most (contract/conflicts.ts). */
const MAX_DECIDED = 1_000;

/** `--record` means a file where a sync is asked for, and numbers here. */
const UNDO_HELP = `
No recording is made of an undo: sync --record <file> makes one of a sync. What an undo did is told by history show.
`;

export function archiveCommands(ask: Ask, io: Io): void {
  const print = (flags: ArchiveFlags, value: unknown, text: string): number => {
    io.out(flags.json === true ? `${JSON.stringify(value)}\n` : text);
    return 0;
  };

  ask('conflicts', 'list, show and resolve what both sides disagreed about', (client, flags, words) =>
    conflicts(client, flags, words, (value, text) => print(flags, value, text)),
  )
    .addArgument(new Argument('[action]').choices(['list', 'show', 'resolve']).default('list'))
    .argument('[id...]', 'numbers of conflicts')
    .option('--all', 'list: settled ones, too; resolve: every open one')
    .addOption(
      new Option('--keep <side>', 'resolve: whose value, or doing, counts').choices(Object.keys(CHOICES)),
    );

  ask('history', 'list the syncs, and show what one of them did', async (client, flags, words) => {
    const [action = 'list', number] = words;
    if (action === 'list') {
      const history = await client.get(paths.history, historySchema);
      return print(flags, history, historyList(history));
    }
    const path = `${paths.history}/${numberOf(number, 'history show')}`;
    const entry = await client.get(path, historyEntrySchema);
    const records = await allRecords(client, `${path}/records`);
    return print(flags, { ...entry, records }, historyText(entry, records));
  })
    .addArgument(new Argument('[action]').choices(['list', 'show']).default('list'))
    .argument('[number]', 'of a session');

  ask('undo', 'put back what a sync changed, on both sides', async (client, flags, [number]) => {
    const request = {
      session: numberOf(number, 'undo'),
      ...(flags.record !== undefined && { records: flags.record }),
      ...(flags.overwrite !== undefined && { overwrite: true }),
      ...(io.canAsk && { attended: true }),
    };
    return followJob(client, io, flags.json === true, async () => {
      const { job } = await client.post(paths.undo, request, startedSchema);
      return job;
    });
  })
    .argument('<number>', 'of the session, as history lists it')
    .option('--record <numbers...>', 'only these records, as history show numbers them', parseNumbers)
    .option('--overwrite', 'also records that have been changed since')
    .addHelpText('after', UNDO_HELP);

  settingsCommand(ask, print);
}

async function conflicts(
  client: BridgeClient,
  flags: ArchiveFlags,
  [action = 'list', ...words]: readonly string[],
  print: (value: unknown, text: string) => number,
): Promise<number> {
  if (action === 'show') {
    const path = `${paths.conflicts}/${numberOf(words[0], 'conflicts show')}`;
    const conflict = await client.get(path, conflictSchema);
    return print(conflict, conflictText(conflict));
  }
  const state = flags.all === true && action === 'list' ? '' : 'state=open&';
  const listed = await allConflicts(client, `${paths.conflicts}?${state}`);
  if (action === 'list') return print(listed, conflictList(listed, flags.all === true));
  const ids =
    flags.all === true
      ? listed.conflicts.map(({ id }) => id)
      : words.map((word) => numberOf(word, 'resolve'));
  if (flags.keep === undefined || ids.length === 0) {
    throw new SyncError(
      'config.invalid',
      'conflicts resolve needs numbers, or --all, and --keep device, outlook or both',
    );
  }
  let left: Conflicts = listed;
  for (let done = 0; done < ids.length; done += MAX_DECIDED) {
    const request = { ids: ids.slice(done, done + MAX_DECIDED), choice: CHOICES[flags.keep] };
    left = await client.post(paths.resolve, request, conflictsSchema);
  }
  return print(left, `The next sync carries it out. ${left.open} still open.\n`);
}

/** `path` ends where a query's next parameter begins. */
async function allConflicts(client: BridgeClient, path: string): Promise<Conflicts> {
  const conflicts: Conflict[] = [];
  for (let query = ''; ;) {
    const page = await client.get(`${path}${query}`, conflictsSchema);
    conflicts.push(...page.conflicts);
    if (page.before === null) return { ...page, conflicts };
    query = `before=${page.before}`;
  }
}

function settingsCommand(
  ask: Ask,
  print: (flags: ArchiveFlags, value: unknown, text: string) => number,
): void {
  ask('settings', 'show or change policy, direction and scope of a dataset', async (client, flags) => {
    const change = changeOf(flags);
    if (Object.keys(change).length === 0) {
      const settings = await client.get(paths.settings, allSettingsSchema);
      return print(flags, settings, settingsList(settings));
    }
    const { devices } = await client.get(paths.settings, allSettingsSchema);
    const device = flags.device ?? (devices.length === 1 ? devices[0]?.device : undefined);
    if (device === undefined || flags.dataset === undefined) {
      throw new SyncError('config.invalid', 'a change needs --dataset, and --device where there are several');
    }
    let settings: AllSettings = { devices };
    for (const dataset of flags.dataset) {
      settings = await client.post(paths.settings, { device, dataset, change }, allSettingsSchema);
    }
    return print(flags, settings, settingsList(settings));
  })
    .option('--device <name>', 'the device, where several are configured')
    .option('--dataset <names...>', 'contacts, calendar, tasks')
    .addOption(new Option('--mode <mode>', 'direction').choices(modeSchema.options))
    .addOption(new Option('--policy <policy>', 'what counts in a conflict').choices(policySchema.options))
    .option('--window <days>', 'appointments sent: days back and ahead, such as 90,730, or all', parseWindow)
    .option('--trim', 'remove what is outside the window from the device')
    .option('--no-trim', 'leave on the device what it holds outside the window')
    .option('--include <categories>', 'send these categories only; an empty text sends all', parseNames)
    .option('--exclude <categories>', 'do not send these categories', parseNames);
}

function changeOf(flags: ArchiveFlags): SettingsChange {
  const { mode, policy, window, trim, include, exclude } = flags;
  return {
    ...(mode !== undefined && { mode }),
    ...(policy !== undefined && { policy }),
    ...(window !== undefined && { window: window === 'all' ? null : window }),
    ...(trim !== undefined && { trim }),
    ...(include !== undefined && { include: [...include] }),
    ...(exclude !== undefined && { exclude: [...exclude] }),
  };
}

async function allRecords(client: BridgeClient, path: string): Promise<readonly HistoryRecord[]> {
  const records: HistoryRecord[] = [];
  let after: number | null = -1;
  while (after !== null) {
    const page: z.infer<typeof historyRecordsSchema> = await client.get(
      `${path}?after=${after}&limit=500`,
      historyRecordsSchema,
    );
    records.push(...page.records);
    ({ after } = page);
  }
  return records;
}

function numberOf(word: string | undefined, command: string): number {
  const number = Number(word);
  if (word === undefined || !Number.isSafeInteger(number) || number < 0) {
    throw new SyncError('config.invalid', `${command} needs a number`);
  }
  return number;
}

function parseNumbers(text: string, before: readonly number[] | undefined): readonly number[] {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('must be numbers.');
  return [...(before ?? []), number];
}

function parseNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parseWindow(text: string): CalendarWindow | 'all' {
  if (text === 'all') return text;
  const match = /^(\d{1,5}),(\d{1,5})$/.exec(text);
  if (match === null) throw new InvalidArgumentError('must be two numbers such as 90,730, or all.');
  return { daysBack: Number(match[1]), daysAhead: Number(match[2]) };
}
