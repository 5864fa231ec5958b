#!/usr/bin/env node
/** `npm run bench`: whole syncs between real processes over loopback TCP, as the sessions' reports time them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Io } from '../../bridge/cli/io.ts';
import { runToEnd } from '../../bridge/cli/sync-command.ts';
import { table } from '../../bridge/cli/text.ts';
import type { SessionReport } from '../../contract/job.ts';
import type { Fields } from '../../datasets/index.ts';
import { makePeople } from '../../demo/sample-data/people.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { writeVcards } from './vcards.ts';
import { timeVdirsyncer } from './vdirsyncer.ts';

interface Measured {
  readonly name: string;
  readonly records: number;
  /** Without the time spent waiting for the device's clock to leave a second. */
  readonly workMs: number;
  readonly waitedMs: number;
  readonly linkLines: number;
  /** The bridge's peak so far, in MB; null where the system does not tell. */
  readonly bridgePeakMb: number | null;
}

const quiet: Io = {
  out: () => undefined,
  err: () => undefined,
  interactive: false,
  columns: 80,
  onInterrupt: () => () => undefined,
};

const program = new Command('bench')
  .description('Measures whole syncs of contacts, beside vdirsyncer where that is installed.')
  .option('--records <number>', 'contacts', Number, 10_000)
  .option('--json', 'print JSON');
program.parse();
const { records, json } = program.opts<{ records: number; json?: boolean }>();

const people = makePeople({ count: records, seed: 1 });
const few = makePeople({ count: 10, seed: 2 });
const measured = [
  ...(await direction('Outlook to device', { outlook: people, device: [] })),
  ...(await direction('device to Outlook', { outlook: [], device: people })),
  ...(await direction('ten contacts', { outlook: few, device: [] })),
];
const folder = mkdtempSync(join(tmpdir(), 'bench-vdirsyncer-'));
const vdirsyncer = timeVdirsyncer(folder, '.vcf', (to) => writeVcards(to, people));
rmSync(folder, { recursive: true, force: true });
print();

/** A first sync and one without changes. */
async function direction(
  name: string,
  sides: { readonly outlook: readonly Fields[]; readonly device: readonly Fields[] },
): Promise<Measured[]> {
  const stage = await setStage({ link: 'tcp', ...sides });
  try {
    return [await measure(stage, `${name}, first`), await measure(stage, `${name}, no change`)];
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, name: string): Promise<Measured> {
  const job = await runToEnd(stage.client, quiet, {}, { show: () => undefined, clear: () => undefined });
  const [report] = job.sessions;
  if (job.state !== 'ok' || report === undefined)
    throw new Error(`${name}: ${job.error?.message ?? 'no report'}`);
  return {
    name,
    records: changed(report),
    workMs: report.durationMs - report.waitedMs,
    waitedMs: report.waitedMs,
    linkLines: report.linkLines,
    bridgePeakMb: peakMb(stage.bridge.process.pid),
  };
}

function changed({ device, mailbox }: SessionReport): number {
  return [device, mailbox].reduce((sum, side) => sum + side.created + side.updated + side.removed, 0);
}

function peakMb(pid: number | undefined): number | null {
  if (process.platform !== 'linux' || pid === undefined) return null;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

function print(): void {
  const first = measured[0];
  const ratio = vdirsyncer === undefined || first === undefined ? null : first.workMs / 1000 / vdirsyncer;
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ measured, vdirsyncerSeconds: vdirsyncer ?? null, ratio })}\n`);
    return;
  }
  const rows = measured.map((each) => [
    each.name,
    `${each.workMs} ms`,
    each.records === 0 ? '' : `${Math.round((each.records * 1000) / each.workMs)}/s`,
    String(each.linkLines),
    each.bridgePeakMb === null ? '' : `${each.bridgePeakMb} MB`,
  ]);
  process.stdout.write(table(['Sync', 'Work', 'Records', 'Link lines', 'Bridge peak'], rows));
  process.stdout.write(
    vdirsyncer === undefined || ratio === null
      ? 'vdirsyncer is not installed; nothing to compare with.\n'
      : `vdirsyncer, file to file: ${vdirsyncer.toFixed(1)} s; our first sync from Outlook takes ${ratio.toFixed(2)} of that.\n`,
  );
}
