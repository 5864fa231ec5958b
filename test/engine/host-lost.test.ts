/**
 * R15: a host that is lost in the middle of its work, as when somebody closes the pane. Another one goes on, and nothing is
 * made twice; what the first one says too late changes nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPluginHost } from '../../addin/hosts/plugin-host.ts';
import { HostRegistry } from '../../bridge/hosts/host-registry.ts';
import { LEASE_GRACE_MS, LEASE_MS, type HostAnswer, type HostCall } from '../../contract/api.ts';
import type { MailboxIdentity, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { registryApi } from '../support/registry-api.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const identity: MailboxIdentity = {
  tenant: 'local',
  user: USER,
  displayName: USER,
  folders: { contacts: 'default' },
};
const { signal } = new AbortController();

let rig: SyncRig;
let clock: ManualClock;
let registry: HostRegistry;
let late: number;
let ending: AbortController;
let second: Promise<void> | undefined;
beforeEach(async () => {
  rig = await startRig();
  clock = new ManualClock();
  late = 0;
  registry = new HostRegistry({ clock, onLateAnswer: () => (late += 1) });
  ending = new AbortController();
  rig.wrapPlugin(() => proxy);
});
afterEach(async () => {
  ending.abort();
  registry.close();
  await second;
  second = undefined;
  await rig.close();
});

/** The plugin as the Sync Manager has it: its calls go to whichever host is there. */
const proxy: ServerSyncPlugin = {
  dataset: 'contacts',
  read: async (request, stop) => (await hosted()).read(request, stop),
  apply: async (operations, stop) => (await hosted()).apply(operations, stop),
  find: async (keys, stop) => (await hosted()).find(keys, stop),
  snapshot: async (ids, stop) => (await hosted()).snapshot(ids, stop),
};
const hosted = async (): Promise<ServerSyncPlugin> =>
  (await registry.waitForMailbox(signal)).create('contacts');

const plugins = () => ({
  mailbox: identity,
  datasets: ['contacts'],
  create: () => rig.plugin(),
});

async function carryOut(call: HostCall): Promise<HostAnswer> {
  const plugin = rig.plugin();
  switch (call.method) {
    case 'read':
      return { method: 'read', page: await plugin.read(call.request, signal) };
    case 'apply':
      return { method: 'apply', results: [...(await plugin.apply(call.operations, signal))] };
    case 'find':
      return { method: 'find', items: [...(await plugin.find(call.keys, signal))] };
    case 'snapshot':
      return { method: 'snapshot', snapshots: [...(await plugin.snapshot(call.ids, signal))] };
  }
}

/**
 * A host that serves well until it is to write: it does so, or not, and is not heard of again, unless by its late answer,
 * which the function returned gives.
 */
async function firstHost(writing: 'does its work' | 'does nothing'): Promise<() => void> {
  const host = registry.attach({ mailbox: identity, datasets: ['contacts'], label: 'first' });
  for (;;) {
    const { call } = structuredClone(await registry.next({ host, working: [] }, signal));
    if (call === null) continue;
    if (call.method === 'apply' && writing === 'does nothing') return () => undefined;
    const answer = await carryOut(call);
    if (call.method === 'apply') return () => registry.answer(host, call.id, answer);
    registry.answer(host, call.id, answer);
  }
}

function secondHost(): void {
  const mailbox = { identity, datasets: ['contacts'], plugins };
  second = runPluginHost({ bridge: registryApi(registry), mailbox, label: 'second' }, ending.signal);
}

const names = (): unknown[] =>
  rig.mailbox.admin
    .dump(USER)
    .contacts.map(({ contact }) => `${contact.givenName} ${contact.jobTitle ?? ''}`.trim())
    .sort();

describe('R15 a host that is lost while it writes', () => {
  it.each(['does its work', 'does nothing'] as const)(
    'and %s before: another goes on, and nothing comes twice',
    async (writing) => {
      for (const FirstName of ['Ada', 'Grace']) rig.device.add({ FirstName });
      const lost = firstHost(writing);
      const job = rig.sync();
      const answerLate = await lost;
      secondHost();
      // Time passes for the hosts until the first one's lease and the grace are over.
      await clock.advance(LEASE_MS + LEASE_GRACE_MS + 2_000);
      expect(await job).toMatchObject({ state: 'ok', sessions: [{ mailbox: { created: 2 } }] });
      expect(names()).toEqual(['Ada', 'Grace']);
      answerLate();
      expect(late).toBe(writing === 'does its work' ? 1 : 0);
      await rig.idle();
      expect(names()).toEqual(['Ada', 'Grace']);
    },
  );

  it('and the sync is cancelled meanwhile: the next one finds what was made', async () => {
    const id = rig.device.add({ FirstName: 'Ada' });
    const lost = firstHost('does its work');
    const job = rig.sync();
    const answerLate = await lost;
    rig.cancel();
    expect(await job).toMatchObject({ state: 'cancelled' });
    answerLate();
    expect(late).toBe(1);
    secondHost();
    rig.device.edit(id, { JobTitle: 'Analyst' });
    await rig.synced();
    expect(names()).toEqual(['Ada Analyst']);
    await rig.idle();
  });

  it('removing and changing: what was done is recognised when it is asked for again', async () => {
    secondHost();
    const ids = ['Ada', 'Grace'].map((FirstName) => rig.device.add({ FirstName }));
    await rig.synced();
    ending.abort();
    await second;
    ending = new AbortController();

    rig.device.edit(ids[0] ?? '', { JobTitle: 'Analyst' });
    rig.device.remove(ids[1] ?? '');
    const lost = firstHost('does its work');
    const job = rig.sync();
    await lost;
    secondHost();
    await clock.advance(LEASE_MS + LEASE_GRACE_MS + 2_000);
    expect(await job).toMatchObject({ state: 'ok', sessions: [{ mailbox: { updated: 1, removed: 1 } }] });
    expect(names()).toEqual(['Ada Analyst']);
    await rig.idle();
  });
});
