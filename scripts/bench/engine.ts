#!/usr/bin/env node
/**
 * The Sync Manager and its store alone, with sides that answer at once: how time and memory grow with the number of
 * records. Run with `paired` or `unpaired` and a number it measures that many and prints JSON; measureEngine() runs it for
 * several, each in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { table } from '../../bridge/cli/text.ts';
import { openStore } from '../../bridge/store/store.ts';
import { systemClock } from '../../bridge/sync/clock.ts';
import { SyncManager } from '../../bridge/sync/manager.ts';
import type { StartRequest } from '../../contract/job.ts';
import { contacts, datasetDefinitions } from '../../datasets/index.ts';
import { EndlessDevice, EndlessMailbox } from './endless-sides.ts';

export const ENGINE_RECORDS: readonly number[] = [1_000, 10_000, 100_000];
const NAMES = [
  'first',
  'no change',
  '1 % on both sides',
  'slow, with pairs',
  'slow, equal, without pairs',
] as const;

/** Time of the processor, since another process that is busy disturbs the clock's more; and the most memory in use. */
interface Work {
  readonly ms: number;
  readonly peakMb: number;
}
const workSchema = z.record(z.string(), z.object({ ms: z.number(), peakMb: z.number() }));

export interface EngineMeasured {
  readonly records: number;
  /** By name of the sync. */
  readonly work: Readonly<Record<string, Work>>;
}

export function measureEngine(): readonly EngineMeasured[] {
  return ENGINE_RECORDS.map((records) => ({
    records,
    work: { ...inOwnProcess('paired', records), ...inOwnProcess('unpaired', records) },
  }));
}

function inOwnProcess(what: string, records: number): Readonly<Record<string, Work>> {
  const file = fileURLToPath(import.meta.url);
  const output = execFileSync(process.execPath, [file, what, String(records)], { encoding: 'utf8' });
  return workSchema.parse(JSON.parse(output));
}

export function engineText(measured: readonly EngineMeasured[]): string {
  const [few] = measured;
  const rows = measured.flatMap(({ records, work }) =>
    NAMES.map((name) => {
      const { ms: time, peakMb } = work[name] ?? { ms: 0, peakMb: 0 };
      const share = name === '1 % on both sides' ? records / 50 : records;
      const growth = few === undefined ? 1 : time / records / ((few.work[name]?.ms ?? 1) / few.records);
      return [
        `${records}`,
        name,
        `${Math.round(time)} ms`,
        name === 'no change' ? '' : `${((time * 1000) / share).toFixed(0)} µs`,
        name === 'no change' ? '' : growth.toFixed(2),
        `${peakMb} MB`,
      ];
    }),
  );
  return table(['Records', 'Engine alone', 'CPU', 'A record', 'Growth', 'Peak'], rows);
}

/** Sides of which one is empty at first, and what follows. */
async function paired(folder: string, records: number): Promise<Record<string, Work>> {
  const mailbox = new EndlessMailbox(records);
  const device = new EndlessDevice(0, () => systemClock.now());
  const sync = syncer(join(folder, 'bridge.db'), device, mailbox);
  const first = await watched(() => sync.run());
  await sync.quiet();
  const nothing = await watched(() => sync.run());
  for (let number = 0; number < records; number += 100) {
    mailbox.edit(number);
    device.edit(number + 50);
  }
  const few = await watched(() => sync.run());
  await sync.quiet();
  const slow = await watched(() => sync.run({ slow: true }));
  sync.close();
  return { first, 'no change': nothing, '1 % on both sides': few, 'slow, with pairs': slow };
}

/** Sides that hold the same, and do not know of each other. */
async function unpaired(folder: string, records: number): Promise<Record<string, Work>> {
  const device = new EndlessDevice(records, () => systemClock.now());
  const sync = syncer(join(folder, 'bridge.db'), device, new EndlessMailbox(records));
  const equal = await watched(() => sync.run());
  sync.close();
  return { 'slow, equal, without pairs': equal };
}

async function watched(run: () => Promise<void>): Promise<Work> {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const looking = setInterval(look, 10);
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  clearInterval(looking);
  look();
  return { ms: (user + system) / 1000, peakMb: Math.round(peak / 1024 / 1024) };
}

function syncer(
  path: string,
  device: EndlessDevice,
  mailbox: EndlessMailbox,
): { run(request?: StartRequest): Promise<void>; quiet(): Promise<void>; close(): void } {
  const store = openStore(path);
  const manager = new SyncManager({
    store,
    clock: systemClock,
    devices: [
      {
        name: 'device',
        categoryAliases: {},
        zonedTimes: 'wall-clock',
        datasets: [contacts.name],
        settings: {},
        bytesPerSecond: 1_000_000_000,
        connection: () => Promise.resolve(device.connection()),
      },
    ],
    definitions: datasetDefinitions,
    waitForMailbox: () => Promise.resolve(mailbox.factory()),
    onBug: (error) => {
      throw error;
    },
  });
  return {
    run: (request = {}) =>
      new Promise((resolve, reject) => {
        const id = manager.start(request);
        const stop = manager.onEvent((event) => {
          if (event.event !== 'job' || event.job.id !== id || event.job.state === 'running') return;
          stop();
          if (event.job.state === 'ok') resolve();
          else reject(new Error(event.job.error?.message ?? 'the sync failed'));
        });
      }),
    quiet: () => store.database.tidy(),
    close: () => store.close(),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , what, records] = process.argv;
  const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'));
  try {
    const measure = what === 'unpaired' ? unpaired : paired;
    process.stdout.write(JSON.stringify(await measure(folder, Number(records))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
