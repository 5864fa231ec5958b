#!/usr/bin/env node
/** `npm run bench`: whole syncs between real processes over loopback TCP, as the sessions' reports time them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Io } from '../../bridge/cli/io.ts';
import { runToEnd } from '../../bridge/cli/sync-command.ts';
import { table } from '../../bridge/cli/text.ts';
import type { Counts, SessionReport } from '../../contract/job.ts';
import type { Records } from '../../demo/records.ts';
import { makeAppointments } from '../../demo/sample-data/appointments.ts';
import { makePeople } from '../../demo/sample-data/people.ts';
import { makeTasks } from '../../demo/sample-data/tasks.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { engineText, measureEngine } from './engine.ts';
import { writeICalendars } from './icalendars.ts';
import { linkText, measureBytes, measureSerial, type FirstSyncBytes, type SerialTime } from './link.ts';
import { writeVcards } from './vcards.ts';
import { timeVdirsyncer } from './vdirsyncer.ts';

interface Measured {
  readonly name: string;
  readonly dataset: string;
  readonly records: number;
  /** Without the time spent waiting for the device's clock to leave a second. */
  readonly workMs: number;
  readonly waitedMs: number;
  readonly linkLines: number;
  /** The bridge's peak so far, in MB; null where the system does not tell. */
  readonly bridgePeakMb: number | null;
}

interface Direction {
  readonly name: string;
  readonly outlook: Records;
  readonly device: Records;
  readonly peer?: Peer;
}

/** vdirsyncer with the same records: timed in a folder of its own; undefined where it is not installed. */
interface Peer {
  readonly dataset: string;
  readonly time: (folder: string) => number | undefined;
}

interface Comparison {
  readonly name: string;
  readonly vdirsyncerSeconds: number | null;
  /** Our time as a part of vdirsyncer's, for the same records. */
  readonly ratio: number | null;
}

/** The serial line takes three minutes for so many. */
const LINK_RECORDS = 1_000;

const quiet: Io = {
  out: () => undefined,
  err: () => undefined,
  interactive: false,
  columns: 80,
  confirm: async () => false,
  canAsk: false,
  choose: () => Promise.resolve(null),
  onInterrupt: () => () => undefined,
};

const program = new Command('bench')
  .description('Measures whole syncs, beside vdirsyncer where that is installed.')
  .option('--records <number>', 'contacts; half as many appointments, a fifth as many tasks', Number, 10_000)
  .option('--only <text>', 'only the syncs whose name contains this text', '')
  .option('--json', 'print JSON');
program.parse();
const { records, only, json } = program.opts<{ records: number; only: string; json?: boolean }>();

const contacts = makePeople({ count: records, seed: 1 });
const calendar = makeAppointments({ count: Math.round(records / 2), seed: 1, recurringPart: 0.2 });
const tasks = makeTasks({ count: Math.round(records / 5), seed: 1 });
const few: Records = {
  contacts: makePeople({ count: 10, seed: 2 }),
  calendar: makeAppointments({ count: 10, seed: 2, recurringPart: 0.2 }),
  tasks: makeTasks({ count: 10, seed: 2 }),
};

const calendarPeer: Peer = {
  dataset: 'calendar',
  time: (folder) => timeVdirsyncer(folder, '.ics', (to) => writeICalendars(to, calendar)),
};

/** The measured directions, each with the peer that is timed right after it where there is one. */
const directions: readonly Direction[] = [
  {
    name: 'contacts to the device',
    outlook: { contacts },
    device: {},
    peer: {
      dataset: 'contacts',
      time: (folder) => timeVdirsyncer(folder, '.vcf', (to) => writeVcards(to, contacts)),
    },
  },
  { name: 'contacts to Outlook', outlook: {}, device: { contacts } },
  {
    name: 'all to the device',
    outlook: { contacts, calendar, tasks },
    device: {},
    peer: calendarPeer,
  },
  { name: 'calendar to Outlook', outlook: {}, device: { calendar }, peer: calendarPeer },
  { name: 'ten of each', outlook: few, device: {} },
];

/** The peer knows no window either. */
const ALL_TIMES = { calendar: { window: null } };

const measured: Measured[] = [];
const comparisons: Comparison[] = [];
for (const each of directions.filter(({ name }) => name.includes(only))) {
  const syncs = await direction(each);
  measured.push(...syncs);
  if (each.peer !== undefined) comparisons.push(compared(each.peer, syncs));
}
const link = 'link'.includes(only) ? await measureLink() : undefined;
const engine = 'engine'.includes(only) ? measureEngine() : undefined;
print();

async function measureLink(): Promise<{
  readonly bytes: readonly FirstSyncBytes[];
  readonly serial: SerialTime;
}> {
  const count = Math.min(records, LINK_RECORDS);
  return { bytes: await measureBytes(count), serial: await measureSerial(count) };
}

/** A first sync and one without changes. */
async function direction({ name, ...sides }: Direction): Promise<Measured[]> {
  const stage = await setStage({ link: 'tcp', outlook: sides.outlook, device: sides.device });
  try {
    return [...(await measure(stage, `${name}, first`)), ...(await measure(stage, `${name}, no change`))];
  } finally {
    await stage.close();
  }
}

async function measure(stage: Stage, name: string): Promise<Measured[]> {
  const job = await runToEnd(
    stage.client,
    quiet,
    { settings: ALL_TIMES },
    { show: () => undefined, clear: () => undefined },
  );
  if (job.state !== 'ok') throw new Error(`${name}: ${job.error?.message ?? 'no report'}`);
  return job.sessions
    .filter(({ pairs }) => pairs > 0)
    .map((report) => ({
      name,
      dataset: report.dataset,
      records: changed(report),
      workMs: report.durationMs - report.waitedMs,
      waitedMs: report.waitedMs,
      linkLines: report.linkLines,
      bridgePeakMb: peakMb(stage.bridge.process.pid),
    }));
}

function changed({ device, mailbox }: SessionReport): number {
  const sum = ({ created, updated, removed }: Counts): number => created + updated + removed;
  return sum(device) + sum(mailbox);
}

function peakMb(pid: number | undefined): number | null {
  if (process.platform !== 'linux' || pid === undefined) return null;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

function compared({ dataset, time }: Peer, syncs: readonly Measured[]): Comparison {
  const folder = mkdtempSync(join(tmpdir(), 'bench-vdirsyncer-'));
  try {
    const seconds = time(folder);
    const ours = syncs.find((each) => each.dataset === dataset);
    const ratio = seconds === undefined || ours === undefined ? null : ours.workMs / 1000 / seconds;
    return { name: `${ours?.name ?? ''}: ${dataset}`, vdirsyncerSeconds: seconds ?? null, ratio };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ measured, comparisons, link, engine })}\n`);
    return;
  }
  const rows = measured.map((each) => [
    each.name,
    each.dataset,
    `${each.workMs} ms`,
    each.records === 0 ? '' : `${Math.round((each.records * 1000) / each.workMs)}/s`,
    String(each.linkLines),
    each.bridgePeakMb === null ? '' : `${each.bridgePeakMb} MB`,
  ]);
  process.stdout.write(table(['Sync', 'Dataset', 'Work', 'Records', 'Link lines', 'Bridge peak'], rows));
  for (const { name, vdirsyncerSeconds, ratio } of comparisons) {
    process.stdout.write(
      vdirsyncerSeconds === null || ratio === null
        ? `${name}: vdirsyncer is not installed; nothing to compare with.\n`
        : `${name}: ${ratio.toFixed(2)} of vdirsyncer’s ${vdirsyncerSeconds.toFixed(1)} s, file to file.\n`,
    );
  }
  if (link !== undefined) process.stdout.write(linkText(link.bytes, link.serial));
  if (engine !== undefined) process.stdout.write(engineText(engine));
}
