/**
 * Replays recordings: the real Sync Manager, on a store of its own, between a device and an Outlook host that say what they
 * said then. What it says, calls and reports has to be the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Job } from '../../../contract/job.ts';
import type { RecordingEvent } from '../../../contract/recording.ts';
import type { ServerPluginFactory } from '../../../contract/server-plugin.ts';
import { datasetDefinitions } from '../../../datasets/index.ts';
import { redactReport } from '../../../bridge/recording/redact-job.ts';
import { DeviceLink } from '../../../bridge/remote/device-link.ts';
import { openStore } from '../../../bridge/store/store.ts';
import { SyncManager } from '../../../bridge/sync/manager.ts';
import { JumpingClock } from '../sync-rig.ts';
import { RecordedDevice } from './recorded-device.ts';
import { RecordedMailbox } from './recorded-mailbox.ts';
import { eventsOf, onlyEvent } from './recording.ts';

const DEVICE = 'recorded';

/** Replays them one after the other, from a store that knows nobody. Resolves to what was not as it was then. */
export async function replay(recordings: readonly (readonly RecordingEvent[])[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  const store = openStore(join(folder, 'bridge.db'));
  const device = await RecordedDevice.listen();
  const passwords = new Map<string, string>();
  const clock = new JumpingClock();
  const differences: string[] = [];
  try {
    for (const events of recordings) {
      device.load(events);
      const mailbox = new RecordedMailbox(events);
      clock.pass(Date.parse(onlyEvent(events, 'begin').startedAt) - clock.now());
      const link = new DeviceLink({
        name: DEVICE,
        link: { kind: 'tcp', host: '127.0.0.1', port: device.port },
        passwords: {
          get: (challenge) => passwords.get(challenge),
          set: (challenge, password) => void passwords.set(challenge, password),
        },
      });
      link.start();
      const manager = managerOf(store, clock, link, mailbox.factory, events);
      const job = await finished(manager, events);
      await manager.stop();
      await link.stop();
      differences.push(...device.differences.splice(0), ...mailbox.differences, ...compare(job, events));
      if (device.left > 0) differences.push(`${device.left} messages were not said`);
      if (mailbox.left > 0) differences.push(`${mailbox.left} calls were not made`);
    }
    return differences;
  } finally {
    await device.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function managerOf(
  store: ReturnType<typeof openStore>,
  clock: JumpingClock,
  link: DeviceLink,
  mailbox: ServerPluginFactory,
  events: readonly RecordingEvent[],
): SyncManager {
  return new SyncManager({
    store,
    clock,
    devices: [
      {
        name: DEVICE,
        categoryAliases: {},
        zonedTimes: 'wall-clock',
        datasets: [...new Set(eventsOf(events, 'session').map(({ dataset }) => dataset))],
        settings: { calendar: { window: null } },
        bytesPerSecond: 1_000_000,
        connection: (signal) => link.connection(signal),
      },
    ],
    definitions: datasetDefinitions,
    waitForMailbox: async () => mailbox,
    onBug: (error) => {
      throw error;
    },
  });
}

function finished(manager: SyncManager, events: readonly RecordingEvent[]): Promise<Job> {
  const { request } = onlyEvent(events, 'begin');
  return new Promise((resolve) => {
    const id = manager.start({ ...request, device: DEVICE });
    const stop = manager.onEvent((event) => {
      if (event.event !== 'job' || event.job.id !== id || event.job.state === 'running') return;
      stop();
      resolve(event.job);
    });
  });
}

function compare({ sessions, state }: Job, events: readonly RecordingEvent[]): readonly string[] {
  const then = eventsOf(events, 'session').map(({ at: _at, event: _event, ...session }) => session);
  const now = sessions.map(redactReport);
  const differences = isDeepStrictEqual(now, then) ? [] : [told('reported', now, then)];
  const end = onlyEvent(events, 'end').state;
  return state === end ? differences : [...differences, told('ended', state, end)];
}

const told = (what: string, now: unknown, then: unknown): string =>
  `${what}: now ${JSON.stringify(now)}; then ${JSON.stringify(then)}`;
