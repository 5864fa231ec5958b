/** What a sync did, as people read it. */
import type { Counts, ErrorInfo, Job, ReportLine, SessionReport } from '../../contract/job.ts';
import { count, duration, printable, shorten, table } from './text.ts';

/** Ordinary changes that are listed; conflicts and problems always are. */
const MAX_CHANGES = 20;
const MAX_LABEL = 40;

const jobStates: Record<Job['state'], string> = {
  running: 'is running',
  ok: 'finished',
  failed: 'failed',
  cancelled: 'was cancelled',
};
const kinds = { first: 'first sync', fast: 'sync', slow: 'full comparison', undo: 'undo' } as const;
const outcomes = { ok: 'ok', failed: 'FAILED', cancelled: 'cancelled' } as const;
const sides = { device: 'device', mailbox: 'Outlook' } as const;

/** One line, for the status. */
export function describeJob({ device, state, startedAt, endedAt, error }: Job): string {
  const when = endedAt === null ? `since ${startedAt}` : `at ${endedAt}`;
  const why = error === undefined ? '' : `: ${error.message}`;
  return printable(`Sync with ${device} ${jobStates[state]} ${when}${why}`) + '\n';
}

export function jobReport(job: Job): string {
  const sessions = job.sessions.map(sessionReport).join('\n');
  return sessions + (job.error === undefined ? '' : errorText(job.error)) + describeJob(job);
}

export function errorText({ message, remedy }: ErrorInfo): string {
  return `${printable(message)}\n  ${remedy}\n`;
}

function sessionReport(session: SessionReport): string {
  const { dataset, kind, outcome, durationMs, waitedMs, device, mailbox } = session;
  const waited = waitedMs > 0 ? ` (${duration(waitedMs)} of it waiting for the device’s clock)` : '';
  const title = [
    dataset,
    kind === null ? 'no session' : kinds[kind],
    outcomes[outcome],
    duration(durationMs),
  ];
  return [
    `${printable(title.join(' · '))}${waited}\n`,
    table(
      ['', 'created', 'updated', 'removed'],
      [row('on the device', device), row('in Outlook', mailbox)],
      '  ',
    ),
    `  ${count(session.paired, 'record')} found equal and joined, ${count(session.conflicts, 'conflict')}, `,
    `${count(session.pairs, 'pair')} in all, ${count(session.linkLines, 'line')} on the link\n`,
    session.error === undefined ? '' : errorText(session.error),
    reportLines(session),
  ].join('');
}

function row(name: string, { created, updated, removed }: Counts): string[] {
  return [name, String(created), String(updated), String(removed)];
}

function reportLines({ lines, linesOmitted }: SessionReport): string {
  const attention = lines.filter(({ action }) => action === 'conflict' || action === 'problem');
  const changes = lines.filter(
    ({ action }) => action !== 'conflict' && action !== 'problem' && action !== 'pair',
  );
  const shown = [...attention, ...changes.slice(0, MAX_CHANGES)];
  const omitted = changes.length - Math.min(changes.length, MAX_CHANGES) + linesOmitted;
  if (shown.length === 0) return '';
  const more = omitted === 0 ? '' : `  … and ${count(omitted, 'more change')}; --json lists them all\n`;
  return table(['Side', 'What', 'Record', 'Why'], shown.map(lineCells), '  ') + more;
}

function lineCells({ side, action, label, reason, code, fields }: ReportLine): string[] {
  const differing = fields.map(({ field }) => field).join(', ');
  const why = [reason, differing, code].filter((text) => text !== undefined && text !== '').join(' · ');
  return [sides[side], action, shorten(label, MAX_LABEL), why];
}
