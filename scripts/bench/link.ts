/**
 * What first syncs move over the link, and how well they fill it: bytes with and without the protocol extension, and the
 * time of a first sync over a serial line of 115,200 baud as a part of what its bytes need.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../../bridge/cli/text.ts';
import { contacts, datasetDefinitions, type Fields } from '../../datasets/index.ts';
import { makeAppointments } from '../../demo/sample-data/appointments.ts';
import { makePeople } from '../../demo/sample-data/people.ts';
import { makeTasks } from '../../demo/sample-data/tasks.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { Agent } from '../../device/agent/agent.ts';
import { silentLog } from '../../device/agent/log.ts';
import { listenTcp } from '../../device/agent/tcp.ts';
import type { Extension } from '../../qdsync/index.ts';
import {
  JumpingClock,
  USER,
  startRigWith,
  startSerialRig,
  type SyncRig,
} from '../../test/support/sync-rig.ts';
import { startThrottledLine } from '../../test/support/throttled-line.ts';

type Dataset = 'contacts' | 'calendar' | 'tasks';

export interface FirstSyncBytes {
  readonly name: string;
  readonly records: number;
  /** Bytes both ways, as a device of 2009 would have them, and with the extension. */
  readonly plain: number;
  readonly extended: number;
}

export interface SerialTime {
  readonly records: number;
  readonly bytesSent: number;
  readonly seconds: number;
  /** The time as a part of what the line needs for the bytes sent. */
  readonly ratio: number;
}

/** First syncs with our own handheld, with the extension and without. */
export async function measureBytes(records: number): Promise<readonly FirstSyncBytes[]> {
  const people = makePeople({ count: records, seed: 1 });
  const measured: FirstSyncBytes[] = [];
  for (const [name, dataset, from, fields] of [
    ['contacts to the device', 'contacts', 'outlook', people],
    ['contacts from the device', 'contacts', 'device', people],
    ['appointments from the device', 'calendar', 'device', makeAppointments({ count: records, seed: 1 })],
    ['tasks from the device', 'tasks', 'device', makeTasks({ count: records, seed: 1 })],
  ] as const) {
    const bytes = async (extensions?: readonly Extension[]): Promise<number> =>
      firstSync(dataset, from, fields, extensions);
    measured.push({ name, records, plain: await bytes([]), extended: await bytes() });
  }
  return measured;
}

async function firstSync(
  dataset: Dataset,
  from: 'outlook' | 'device',
  records: readonly Fields[],
  extensions: readonly Extension[] | undefined,
): Promise<number> {
  const rig = await agentRig(dataset, extensions === undefined ? {} : { extensions });
  try {
    if (from === 'device') rig.device.store.add(dataset, records);
    else seed(rig, records);
    await rig.synced();
    const { bytesIn, bytesOut } = await rig.counters();
    return bytesIn + bytesOut;
  } finally {
    await rig.close();
  }
}

function seed(rig: SyncRig<unknown>, people: readonly Fields[]): void {
  rig.mailbox.admin.seed(
    USER,
    people.map((person) => ({ contact: contactSeed(person).contact })),
  );
}

async function agentRig(
  dataset: Dataset,
  link: { readonly extensions?: readonly Extension[] },
): Promise<SyncRig<Agent>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-link-'));
  const agent = new Agent({
    stateFolder: folder,
    datasets: [datasetDefinitions.get(dataset) ?? contacts],
    owner: '',
    model: 'Bench',
    policy: { accept: 'allow' },
    log: silentLog,
  });
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 }, agent, silentLog);
  const end = {
    port: listener.port,
    records: () => [],
    state: () => undefined,
    close: async () => {
      listener.close();
      await agent.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return startRigWith(agent, end, new JumpingClock(), { dataset, link });
}

const BAUD = 115_200;
/** On a serial line a byte takes ten bits. */
const BYTES_PER_SECOND = BAUD / 10;

/** A first sync of contacts to a device of 2009, in real time. */
export async function measureSerial(records: number): Promise<SerialTime> {
  const line = await startThrottledLine(BAUD);
  const rig = await startSerialRig(line);
  try {
    seed(rig, makePeople({ count: records, seed: 1 }));
    // The greeting of a serial device takes its own time; the sync begins when it is there.
    await rig.counters();
    const began = performance.now();
    await rig.synced();
    const seconds = (performance.now() - began) / 1000;
    const { bytesOut } = await rig.counters();
    return { records, bytesSent: bytesOut, seconds, ratio: seconds / (bytesOut / BYTES_PER_SECOND) };
  } finally {
    await rig.close();
    await line.stop();
  }
}

/** For people. */
export function linkText(bytes: readonly FirstSyncBytes[], serial: SerialTime): string {
  const rows = bytes.map(({ name, records, plain, extended }) => [
    `${records} ${name}`,
    `${plain}`,
    `${extended}`,
    (extended / plain).toFixed(3),
  ]);
  return (
    table(['First sync', 'Bytes as of 2009', 'With the extension', 'Part'], rows) +
    `${serial.records} contacts to a device of 2009 over a serial line of ${BAUD} baud: ${serial.bytesSent} bytes sent ` +
    `in ${serial.seconds.toFixed(1)} s, ${serial.ratio.toFixed(3)} of what the line needs for them.\n`
  );
}
