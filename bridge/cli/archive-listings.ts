/** Conflicts, history and settings, as people read them. */
import type { Conflict, Conflicts } from '../../contract/conflicts.ts';
import type { History, HistoryEntry, HistoryRecord } from '../../contract/history.ts';
import type { Counts } from '../../contract/job.ts';
import type { AllSettings, DatasetSettings } from '../../contract/settings.ts';
import { count, printable, shorten, table } from './text.ts';

const MAX_LABEL = 40;
const sides = { device: 'device', mailbox: 'Outlook' } as const;

export function conflictList({ conflicts, open }: Conflicts): string {
  if (conflicts.length === 0) return 'No conflict waits for you.\n';
  const rows = conflicts.map((conflict) => [
    String(conflict.id),
    conflict.dataset,
    shorten(conflict.label, MAX_LABEL),
    matterOf(conflict),
    stateOf(conflict),
  ]);
  return `${table(['No.', 'Dataset', 'Record', 'What', 'State'], rows)}${count(open, 'open conflict')}\n`;
}

export function conflictText(conflict: Conflict): string {
  const rows = conflict.fields.map(({ field, base, device, mailbox }) => [
    field,
    base ?? '–',
    device ?? '–',
    mailbox ?? '–',
  ]);
  return [
    printable(`${conflict.dataset} of ${conflict.device}: ${conflict.label}\n`),
    `${matterOf(conflict)}; ${stateOf(conflict)}; found by sync ${conflict.session} at ${conflict.foundAt}\n`,
    rows.length === 0 ? '' : table(['Field', 'before', 'on the device', 'in Outlook'], rows),
  ].join('');
}

function matterOf({ kind, removedOn, fields }: Conflict): string {
  if (kind === 'field') return `changed on both sides: ${fields.map(({ field }) => field).join(', ')}`;
  return removedOn === 'device' ? 'only in Outlook' : 'only on the device';
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
    lines.flatMap((line) => [
      [String(number), sides[line.side], line.action, shorten(line.label, MAX_LABEL), line.reason],
      ...line.fields.map(({ field, before, after }) => [
        '',
        '',
        '',
        `  ${field}`,
        `${before || '–'} → ${after || '–'}`,
      ]),
    ]),
  );
  return (
    historyList({ sessions: [entry], before: null }) + table(['No.', 'Side', 'What', 'Record', 'Why'], rows)
  );
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
