/** Conflicts, history and settings, as people read them. */
import type { Conflict, Conflicts } from '../../contract/conflicts.ts';
import type { History, HistoryEntry, HistoryRecord } from '../../contract/history.ts';
import type { Counts } from '../../contract/job.ts';
import type { Side } from '../../datasets/index.ts';
import type { AllSettings, DatasetSettings } from '../../contract/settings.ts';
import { lineRows, remedies } from './report.ts';
import { count, printable, shorten, table } from './text.ts';

const MAX_LABEL = 40;
const MAX_VALUES = 30;
const sides = { device: 'device', mailbox: 'Outlook' } as const;

/** `all`: those that are settled or over are among them. */
export function conflictList({ conflicts, open }: Conflicts, all: boolean): string {
  const rows = conflicts.map((conflict) => [
    String(conflict.id),
    conflict.dataset,
    shorten(conflict.label, MAX_LABEL),
    matterOf(conflict),
    valuesOf(conflict, 'device'),
    valuesOf(conflict, 'mailbox'),
    stateOf(conflict),
  ]);
  const heading = ['No.', 'Dataset', 'Record', 'What', 'on the device', 'in Outlook', 'State'];
  return [
    rows.length === 0 ? '' : table(heading, rows),
    open === 0 ? 'No conflict waits for you.' : `${count(open, 'open conflict')}.`,
    all ? '\n' : ' What a policy has settled, and can be reversed: conflicts list --all\n',
  ].join('');
}

export function conflictText(conflict: Conflict): string {
  const rows = conflict.fields.map(({ field, base, device, mailbox }) => [
    field,
    base ?? '–',
    device ?? '–',
    mailbox ?? '–',
  ]);
  return [
    `${printable(`${conflict.dataset} of ${conflict.device}: ${conflict.label}`)}\n`,
    `${matterOf(conflict)}; ${stateOf(conflict)}; found by sync ${conflict.session} at ${conflict.foundAt}\n`,
    rows.length === 0 ? '' : table(['Field', 'before', 'on the device', 'in Outlook'], rows),
  ].join('');
}

function matterOf({ kind, removedOn, fields }: Conflict): string {
  if (kind === 'field') return `changed on both sides: ${fields.map(({ field }) => field).join(', ')}`;
  // An undo, too, leaves a record on one side alone.
  if (fields.length === 0) return removedOn === 'device' ? 'only in Outlook' : 'only on the device';
  return removedOn === 'device'
    ? 'removed on the device, changed in Outlook'
    : 'removed in Outlook, changed on the device';
}

/** What a side says, in short. */
function valuesOf({ kind, removedOn, fields }: Conflict, side: Side): string {
  if (removedOn === side) return 'removed';
  const values = fields.map((told) => {
    const value = told[side] ?? '–';
    return kind === 'field' ? value : `${told.field}: ${value}`;
  });
  return shorten(values.join('; '), MAX_VALUES);
}

function stateOf({ state, winner, choice }: Conflict): string {
  switch (state) {
    case 'open':
      return 'open';
    case 'settled':
      return `settled for ${winner === null ? 'nobody' : sides[winner]}`;
    case 'decided':
      return `decided (${choice === null || choice === 'both' ? 'both' : sides[choice]}), for the next sync`;
    case 'done':
      return 'done as decided';
    case 'void':
      return 'over';
  }
}

export function historyList({ sessions }: History): string {
  if (sessions.length === 0) return 'No sync has done anything yet.\n';
  const rows = sessions.map((entry) => [
    String(entry.session),
    entry.startedAt,
    entry.device,
    entry.dataset,
    entry.undoes === null ? entry.kind : `undo of ${entry.undoes}`,
    counts(entry.deviceCounts),
    counts(entry.mailboxCounts),
    entry.outcome === 'interrupted'
      ? 'interrupted'
      : entry.undoneBy === null
        ? ''
        : `undone by ${entry.undoneBy}`,
  ]);
  return table(['No.', 'Started', 'Device', 'Dataset', 'Kind', 'On the device', 'In Outlook', ''], rows);
}

export function historyText(entry: HistoryEntry, records: readonly HistoryRecord[]): string {
  const rows = records.flatMap(({ number, lines }) =>
    lines.flatMap((line) =>
      lineRows(line).map((cells, index) => [index === 0 ? String(number) : '', ...cells]),
    ),
  );
  const problems = entry.problems.flatMap((line) => lineRows(line).map((cells) => ['', ...cells]));
  return [
    historyList({ sessions: [entry], before: null }),
    table(['No.', 'Side', 'What', 'Record', 'Why'], [...problems, ...rows]),
    remedies(entry.problems),
  ].join('');
}

function counts({ created, updated, removed }: Counts): string {
  return `+${created} ~${updated} -${removed}`;
}

export function settingsList({ devices }: AllSettings): string {
  const rows = devices.flatMap(({ device, datasets }) =>
    Object.entries(datasets).map(([dataset, settings]) => [
      device,
      dataset,
      settings.mode,
      settings.policy,
      dataset === 'calendar' ? windowText(settings) : '',
      settings.include.join(', '),
      settings.exclude.join(', '),
    ]),
  );
  if (rows.length === 0) return 'No device is configured.\n';
  return table(['Device', 'Dataset', 'Mode', 'Policy', 'Window', 'Only', 'Not'], rows);
}

function windowText({ window, trim }: DatasetSettings): string {
  if (window === null) return 'all';
  return `${window.daysBack} days back, ${window.daysAhead} ahead${trim ? ', trimmed' : ''}`;
}
