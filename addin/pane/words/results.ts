/** What a sync has done, in words: "12 changes to the device, 3 to Outlook, 1 conflict". */
import type { DeviceStatus } from '../../../contract/api.ts';
import type { HistoryEntry } from '../../../contract/history.ts';
import type { Counts, ErrorInfo, Job, ReportLine, SessionReport } from '../../../contract/job.ts';
import { counted, datasetName } from './terms.ts';

interface Done {
  readonly device: Counts;
  readonly mailbox: Counts;
  readonly conflicts: number;
  readonly paired?: number;
}

const changes = ({ created, updated, removed }: Counts): number => created + updated + removed;

/** Of any number of sessions together. */
export function resultText(sessions: readonly Done[], kind: Job['kind'] = 'sync'): string {
  const text = changesText(sessions);
  if (text !== '') return text;
  return kind === 'undo' ? 'Nothing was left to put back' : 'Nothing to do: both sides are the same';
}

/** Empty when nothing was changed. */
function changesText(sessions: readonly Done[]): string {
  const sum = (count: (session: Done) => number): number =>
    sessions.reduce((total, each) => total + count(each), 0);
  const device = sum((session) => changes(session.device));
  const mailbox = sum((session) => changes(session.mailbox));
  const conflicts = sum((session) => session.conflicts);
  const paired = sum((session) => session.paired ?? 0);
  const parts: string[] = [];
  if (device > 0) parts.push(`${counted(device, 'change')} to the device`);
  if (mailbox > 0)
    parts.push(
      device > 0
        ? `${mailbox.toLocaleString('en-GB')} to Outlook`
        : `${counted(mailbox, 'change')} to Outlook`,
    );
  if (paired > 0) parts.push(`${paired.toLocaleString('en-GB')} found on both sides`);
  if (conflicts > 0) parts.push(counted(conflicts, 'conflict'));
  return parts.join(', ');
}

export function historyText(entry: HistoryEntry): string {
  return resultText([
    { device: entry.deviceCounts, mailbox: entry.mailboxCounts, conflicts: entry.conflicts },
  ]);
}

export function jobTitle(job: Job): string {
  const names = { sync: 'Sync', preview: 'Preview', undo: 'Undo' } as const;
  const name = names[job.kind];
  switch (job.state) {
    case 'running':
      return `${name} is running`;
    case 'ok':
      return job.sessions.some(({ outcome }) => outcome !== 'ok')
        ? `${name} ended with problems`
        : `${name} finished`;
    case 'cancelled':
      return `${name} was cancelled`;
    case 'failed':
      return `${name} did not finish`;
  }
}

export function jobText(job: Job): string {
  if (job.state === 'cancelled') return 'Nothing is half-applied.';
  if (job.state === 'failed') return job.error?.message ?? '';
  const text = resultText(job.sessions, job.kind);
  if (job.kind !== 'preview') return `${text}.`;
  const would = changesText(job.sessions);
  return would === '' ? `${text}.` : `A sync would make ${would}. Nothing has been changed yet.`;
}

export interface SessionWords {
  readonly report: SessionReport;
  readonly name: string;
  readonly text: string;
  readonly error: ErrorInfo | undefined;
  /** What needs a person's eye, at most so many as the report holds. */
  readonly problems: readonly ReportLine[];
}

/** Of one dataset among others. */
export function sessionWords(session: SessionReport): SessionWords {
  return {
    report: session,
    name: datasetName(session.dataset),
    text: session.outcome === 'cancelled' ? 'Cancelled' : changesText([session]) || 'No changes',
    error: session.error,
    problems: session.lines.filter(({ action }) => action === 'problem'),
  };
}

export interface JobWords {
  readonly text: string;
  /** Empty: there is none, or it is told elsewhere. */
  readonly remedy: string;
  readonly sessions: readonly SessionWords[];
}

/** Of a job that has ended, where its device’s own troubles are told above it: nothing is told twice. */
export function jobWords(job: Job, devices: readonly DeviceStatus[]): JobWords {
  const trouble = devices.find(({ name }) => name === job.device)?.problem;
  const isToldAbove = job.error !== undefined && job.error.code === trouble?.code;
  const text = isToldAbove ? 'What stands in its way is told above.' : jobText(job);
  const remedy = isToldAbove ? '' : (job.error?.remedy ?? '');
  const sessions = job.sessions.map((session): SessionWords => {
    const words = sessionWords(session);
    return words.error !== undefined && words.error.code === job.error?.code
      ? { ...words, text: 'Did not finish', error: undefined }
      : words;
  });
  return { text, remedy: remedy === text ? '' : remedy, sessions };
}

const verbs: Readonly<Record<ReportLine['action'], string>> = {
  create: 'New',
  update: 'Changed',
  remove: 'Removed',
  pair: 'Same on both sides',
  conflict: 'Conflict',
  problem: 'Problem',
};

/** `Changed on the device`, `New in Outlook`; of a preview `Would be new in Outlook` is said by the heading. */
export function lineText({ action, side }: ReportLine): string {
  if (action === 'pair' || action === 'conflict' || action === 'problem') return verbs[action];
  return `${verbs[action]} ${side === 'device' ? 'on the device' : 'in Outlook'}`;
}
