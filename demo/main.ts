#!/usr/bin/env node
/** `npm run demo`: the whole system on this PC, from the first sync to an idle one. */
import { Command } from 'commander';
import { systemIo } from '../bridge/cli/io.ts';
import { openCommand } from '../bridge/cli/open-command.ts';
import { progressLine } from '../bridge/cli/progress-line.ts';
import { table } from '../bridge/cli/text.ts';
import { play, type Played } from './play.ts';
import { sampleSides } from './sample-data/people.ts';
import { setStage, type Stage } from './stage.ts';

interface DemoOptions {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly serial?: boolean;
}

const program = new Command('demo')
  .description('Starts local mailbox, bridge, add-in and a handheld with sample contacts, and syncs them.')
  .option('--once', 'end after the third sync; exit code 0 if both sides agree')
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
  const sides = sampleSides();
  say(
    `Starting with ${sides.outlook.length} contacts in Outlook and ${sides.device.length} on the handheld (${sides.shared} on both) …`,
  );
  let stage: Stage | undefined;
  try {
    const { outlook, device } = sides;
    stage = await setStage({ link, outlook, device, signal: interrupt.signal });
    const line = options.json === true ? { show: () => undefined, clear: () => undefined } : progressLine(io);
    const played = await Promise.race([play(stage, sides, io, line, say), interrupted]);
    if (played === 'interrupted') {
      process.exitCode = 130;
      return;
    }
    const ok = played.differences.length === 0 && isIdle(played);
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

/** The last sync had nothing to do. */
function isIdle({ syncs }: Played): boolean {
  const last = syncs.at(-1)?.report;
  if (last === undefined) return false;
  return [...Object.values(last.device), ...Object.values(last.mailbox), last.paired].every(
    (count) => count === 0,
  );
}

function summary(link: string, played: Played, ok: boolean): Readonly<Record<string, unknown>> {
  const syncs = played.syncs.map(({ name, report: { lines: _lines, ...report } }) => ({ name, ...report }));
  return { ok, link, ...played, syncs };
}

function story(played: Played, ok: boolean): string {
  const rows = played.syncs.map(({ name, report }) => [
    name,
    String(report.kind),
    sideText(report.device),
    sideText(report.mailbox),
    String(report.paired),
    String(report.conflicts),
    String(report.linkLines),
    `${report.durationMs - report.waitedMs} ms`,
  ]);
  const heading = [
    'Sync',
    'Kind',
    'To the handheld',
    'To Outlook',
    'Joined',
    'Conflicts',
    'Link lines',
    'Work',
  ];
  const conflicts = played.syncs.at(1)?.report.lines.filter(({ action }) => action === 'conflict') ?? [];
  const told = conflicts.flatMap(({ label, fields, reason }) =>
    fields.map(
      ({ field, before, after }) => `  ${label}: ${field} “${after}” instead of “${before}”. ${reason}`,
    ),
  );
  return [
    '',
    table(heading, rows),
    'Conflicts of the second sync:',
    ...told,
    '',
    ok
      ? `Both sides hold the same ${played.records.device} contacts; nothing twice, nothing lost.`
      : ['The sides differ:', ...played.differences.slice(0, 20).map((text) => `  ${text}`)].join('\n'),
    '',
  ].join('\n');
}

function sideText({ created, updated, removed }: Played['syncs'][number]['report']['device']): string {
  return `+${created} ~${updated} −${removed}`;
}
