#!/usr/bin/env node
/** `npm run demo`: the whole system on this PC, from the first sync to an idle one. */
import { Command } from 'commander';
import { systemIo } from '../bridge/cli/io.ts';
import { openCommand } from '../bridge/cli/open-command.ts';
import { progressLine } from '../bridge/cli/progress-line.ts';
import { table } from '../bridge/cli/text.ts';
import type { Counts, ReportLine } from '../contract/job.ts';
import { play, type Played, type PlayedSync } from './play.ts';
import type { Records } from './records.ts';
import { sampleSides } from './sample-data/people.ts';
import { calendarSides, meetingWithAttendees, taskSides } from './sample-data/sides.ts';
import { setStage, type Stage } from './stage.ts';

interface DemoOptions {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly serial?: boolean;
}

const program = new Command('demo')
  .description(
    'Starts local mailbox, bridge, add-in and a handheld with sample contacts, appointments and tasks, and syncs them.',
  )
  .option('--once', 'end after the third sync; exit code 0 if both sides hold what they should')
  .option('--json', 'print a summary object instead of text')
  .option('--serial', 'join bridge and handheld by a pseudo-terminal pair instead of TCP')
  .action(run);
await program.parseAsync();

async function run(options: DemoOptions): Promise<void> {
  const io = systemIo();
  const say = (text: string): void => {
    if (options.json !== true) io.out(`${text}\n`);
  };
  const interrupt = new AbortController();
  const interrupted = new Promise<'interrupted'>((resolve) => {
    io.onInterrupt(() => {
      interrupt.abort();
      resolve('interrupted');
    });
  });
  const link = options.serial === true ? 'serial' : 'tcp';
  const today = new Date().toISOString().slice(0, 10);
  const sides = sampleRecords(today);
  const meeting = meetingWithAttendees(today);
  say(`Starting with ${counted(sides.outlook)} in Outlook and ${counted(sides.device)} on the handheld …`);
  let stage: Stage | undefined;
  try {
    const { outlook, device } = sides;
    stage = await setStage({ link, outlook, device, events: [meeting], signal: interrupt.signal });
    const line = options.json === true ? { show: () => undefined, clear: () => undefined } : progressLine(io);
    const played = await Promise.race([
      play(stage, sides, [meeting.event.subject], io, line, say),
      interrupted,
    ]);
    if (played === 'interrupted') {
      process.exitCode = 130;
      return;
    }
    const ok = played.differences.length === 0 && played.mailsSent === 0 && isIdle(played);
    const pane = `${stage.client.address}/taskpane.html`;
    if (options.json === true) io.out(`${JSON.stringify({ ...summary(link, played, ok), pane })}\n`);
    else io.out(story(played, ok));
    if (!ok) process.exitCode = 1;
    if (options.once === true) return;
    say(`\nThe pane: ${pane}`);
    if (options.json !== true)
      await openCommand(stage.client, io, { stateFolder: stage.bridgeState, json: false });
    say('Everything goes on running until you press Ctrl-C.');
    await interrupted;
  } catch (error) {
    // What was being started ends in the middle of it.
    if (interrupt.signal.aborted) {
      process.exitCode = 130;
      return;
    }
    io.err(`The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await stage?.close();
  }
}

/** What both sides begin with; around today, so that there is something to be seen in a calendar. */
function sampleRecords(today: string): { readonly outlook: Records; readonly device: Records } {
  const [people, appointments, todo] = [sampleSides(), calendarSides(today), taskSides(today)];
  return {
    outlook: { contacts: people.outlook, calendar: appointments.outlook, tasks: todo.outlook },
    device: { contacts: people.device, calendar: appointments.device, tasks: todo.device },
  };
}

function counted({ contacts = [], calendar = [], tasks = [] }: Records): string {
  return `${contacts.length} contacts, ${calendar.length} appointments and ${tasks.length} tasks`;
}

/** The last sync had nothing to do. */
function isIdle({ syncs }: Played): boolean {
  const last = syncs.at(-1)?.reports ?? [];
  return (
    last.length > 0 &&
    last.every(({ device, mailbox, paired }) =>
      [...Object.values(device), ...Object.values(mailbox), paired].every((count) => count === 0),
    )
  );
}

function summary(link: string, played: Played, ok: boolean): Readonly<Record<string, unknown>> {
  const syncs = played.syncs.map(({ name, reports }) => ({
    name,
    datasets: reports.map(({ lines: _lines, ...report }) => report),
  }));
  return { ok, link, ...played, syncs };
}

function story(played: Played, ok: boolean): string {
  const rows = played.syncs.flatMap(({ name, reports }) =>
    reports.map((report) => [
      name,
      report.dataset,
      String(report.kind),
      sideText(report.device),
      sideText(report.mailbox),
      String(report.paired),
      String(report.conflicts),
      String(report.linkLines),
      `${report.durationMs - report.waitedMs} ms`,
    ]),
  );
  const heading = [
    'Sync',
    'Dataset',
    'Kind',
    'To the handheld',
    'To Outlook',
    'Joined',
    'Conflicts',
    'Link lines',
    'Work',
  ];
  const told = linesOf(played.syncs.at(1)).flatMap(({ label, fields, reason }) =>
    fields.map(
      ({ field, before, after }) => `  ${label}: ${field} “${after}” instead of “${before}”. ${reason}`,
    ),
  );
  return [
    '',
    table(heading, rows),
    'Conflicts of the second sync, and what was put back:',
    ...told,
    '',
    ok
      ? `Both sides hold the same ${held(played)}; nothing twice, nothing lost, no mail sent to anybody.`
      : ['The sides differ:', ...played.differences.slice(0, 20).map((text) => `  ${text}`)].join('\n'),
    '',
  ].join('\n');
}

/** What a sync tells besides its counts. */
function linesOf(sync: PlayedSync | undefined): readonly ReportLine[] {
  const lines = sync?.reports.flatMap((report) => report.lines) ?? [];
  return lines.filter(({ action }) => action === 'conflict' || action === 'problem');
}

function held({ records: { contacts, calendar, tasks } }: Played): string {
  return `${contacts.device} contacts, ${calendar.device} appointments and ${tasks.device} tasks`;
}

function sideText({ created, updated, removed }: Counts): string {
  return `+${created} ~${updated} −${removed}`;
}
