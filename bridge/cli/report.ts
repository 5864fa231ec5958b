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
const jobKinds: Record<Job['kind'], string> = { sync: 'Sync', preview: 'Preview', undo: 'Undo' };
const kinds = { first: 'first sync', fast: 'sync', slow: 'full comparison', undo: 'undo' } as const;
const outcomes = { ok: 'ok', failed: 'FAILED', cancelled: 'cancelled' } as const;
const sides = { device: 'device', mailbox: 'Outlook' } as const;

/** One line, for the status. */
export function describeJob({ kind, device, state, startedAt, endedAt, error }: Job): string {
  const when = endedAt === null ? `since ${startedAt}` : `at ${endedAt}`;
  const why = error === undefined ? '' : `: ${error.message}`;
  const unchanged = kind === 'preview' && endedAt !== null ? '; nothing was changed' : '';
  return printable(`${jobKinds[kind]} with ${device} ${jobStates[state]} ${when}${why}${unchanged}`) + '\n';
}

export function jobReport(job: Job): string {
  const { error, sessions } = job;
  const told = sessions.some((session) => session.error?.message === error?.message);
  const failure = error === undefined || told ? '' : errorText(error);
  return sessions.map((session) => sessionReport(job.kind, session)).join('\n') + failure + describeJob(job);
}

/** What else can be said to a terminal: the options that answer. */
const answers: Readonly<Record<string, string>> = {
  'sync.mass-removal': 'sync --confirm-removals removes them, sync --restore-removed puts them back.',
  'undo.changed': 'undo --overwrite does.',
};

export function errorText({ code, message, remedy }: ErrorInfo): string {
  const answer = answers[code];
  return `${printable(message)}\n  ${remedy}\n${answer === undefined ? '' : `  ${answer}\n`}`;
}

function sessionReport(job: Job['kind'], session: SessionReport): string {
  const { dataset, kind, outcome, durationMs, waitedMs, device, mailbox } = session;
  const waited = waitedMs > 0 ? ` (${duration(waitedMs)} of it waiting for the device’s clock)` : '';
  const title = [
    dataset,
    kind === null ? 'no session' : kinds[kind],
    ...(job === 'preview' ? ['preview'] : []),
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
  return table(['Side', 'What', 'Record', 'Why'], shown.flatMap(lineRows), '  ') + more + remedies(attention);
}

/** A line of a report, and below it each field with what was and what is. */
export function lineRows({ side, action, label, reason, code, fields }: ReportLine): string[][] {
  const why = code === undefined ? reason : `${reason} · ${code}`;
  return [
    [sides[side], action, shorten(label, MAX_LABEL), why],
    ...fields.map(({ field, before, after }) => ['', '', `  ${field}`, `${before || '–'} → ${after || '–'}`]),
  ];
}

/** What to do about the problems, each kind of them once. */
export function remedies(lines: readonly ReportLine[]): string {
  const byCode = new Map(lines.map(({ code, remedy }) => [code, remedy]));
  return [...byCode]
    .flatMap(([code, remedy]) => (code === undefined || remedy === undefined ? [] : { code, remedy }))
    .map(({ code, remedy }) => `  ${code}: ${remedy}${code in answers ? ` ${answers[code] ?? ''}` : ''}\n`)
    .join('');
}
