/** The first sync of a device that holds nothing: its records are written while Outlook is still being read. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { MailboxItem, ReadPage, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { Device2009 } from '../device-2009/device.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

/** More than are planned in one go. */
const MANY = 1_100;

/** The first of the two pages brings so many; the second brings all that there are by then. */
const FIRST_PAGE = 1_050;

let rig: SyncRig;
/** Items that the second page tells as gone. */
let gone: string[];
/** What happens before Outlook tells the second page. */
let between: (signal: AbortSignal) => Promise<void> | undefined;
/** Whether the place of the second page is lost by then: all is told anew. */
let forgets: boolean;

/** Outlook's own words, in two pages that overlap, as they do where something is changed during a reading. */
const inTwoPages = (plugin: ServerSyncPlugin): ServerSyncPlugin => ({
  ...plugin,
  read: async (request, signal) => {
    if (request.anchor !== null) return plugin.read(request, signal);
    if (request.page !== null) {
      await between(signal);
      if (forgets) {
        forgets = false;
        return { kind: 'reset', detail: 'for the test' };
      }
    }
    const { items, last } = await readWhole(plugin, signal);
    return request.page === null
      ? { ...last, items: items.slice(0, FIRST_PAGE), next: 'second', anchor: null }
      : { ...last, items, removed: gone };
  },
});

async function readWhole(
  plugin: ServerSyncPlugin,
  signal: AbortSignal,
): Promise<{ readonly items: MailboxItem[]; readonly last: Extract<ReadPage, { kind: 'page' }> }> {
  const items: MailboxItem[] = [];
  for (let page: string | null = null; ;) {
    const answer = await plugin.read({ anchor: null, page }, signal);
    if (answer.kind === 'reset') throw new Error(answer.detail);
    items.push(...answer.items);
    if (answer.next === null) return { items, last: answer };
    page = answer.next;
  }
}

const seed = (count: number): readonly string[] =>
  rig.mailbox.admin
    .seed(
      USER,
      Array.from({ length: count }, (_, index) => ({
        contact: { givenName: `Contact ${index}`, surname: 'Many' },
      })),
    )
    .map(({ immutableId }) => immutableId);
const namesOnDevice = (): string[] =>
  rig.device.records().map(({ xml }) => /<FirstName[^>]*>([^<]*)/.exec(xml)?.[1] ?? '');

beforeEach(async () => {
  rig = await startRig();
  gone = [];
  forgets = false;
  between = () => undefined;
  rig.wrapPlugin(inTwoPages);
});
afterEach(async () => {
  expect(rig.device.crashed).toBeUndefined();
  expect(rig.device.offences).toEqual([]);
  await rig.close();
});

async function expectEqualSides(): Promise<void> {
  expect(rig.deviceRecords()).toEqual(await rig.outlookRecords());
}

/** Waits until the device has got records of the first page. */
async function untilWritten(): Promise<number> {
  for (const until = Date.now() + 20_000; Date.now() < until;) {
    const written = rig.device.counter('creates');
    if (written > 0) return written;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('nothing was written');
}

describe('the first sync of an empty device', () => {
  it('writes the first records while Outlook still tells the others', async () => {
    seed(MANY);
    let written = 0;
    between = async () => void (written = await untilWritten());
    const report = await rig.synced();
    expect(written).toBeLessThan(MANY);
    expect(report.device).toMatchObject({ created: MANY, updated: 0, removed: 0 });
    await expectEqualSides();
    await rig.idle();
  });

  it('tells in the next sync what was changed after it was planned, and nothing else', async () => {
    const [first = ''] = seed(MANY);
    between = async () => {
      await untilWritten();
      rig.mailbox.admin.edit(USER, first, { givenName: 'Renamed' });
    };
    expect((await rig.synced()).device).toMatchObject({ created: MANY });
    expect(namesOnDevice()).not.toContain('Renamed');
    expect((await rig.synced()).device).toMatchObject({ created: 0, updated: 1, removed: 0 });
    expect(namesOnDevice()).toContain('Renamed');
    await expectEqualSides();
    await rig.idle();
  });

  it('takes off in the next sync what was removed after it was planned', async () => {
    const [first = ''] = seed(MANY);
    between = async () => {
      await untilWritten();
      rig.mailbox.admin.remove(USER, first);
      gone = [first];
    };
    expect((await rig.synced()).device).toMatchObject({ created: MANY });
    expect((await rig.synced()).device).toMatchObject({ created: 0, updated: 0, removed: 1 });
    await expectEqualSides();
    await rig.idle();
  });

  it('goes on where Outlook has to be read anew in the middle', async () => {
    const [first = '', second = ''] = seed(MANY);
    forgets = true;
    between = async () => {
      between = () => undefined;
      await untilWritten();
      rig.mailbox.admin.remove(USER, first);
      rig.mailbox.admin.edit(USER, second, { givenName: 'Renamed' });
    };
    expect((await rig.synced()).device).toMatchObject({ created: MANY, updated: 0, removed: 0 });
    expect((await rig.synced()).device).toMatchObject({ created: 0, updated: 1, removed: 1 });
    await expectEqualSides();
    await rig.idle();
  });

  it('leaves the device empty where the reading fails, and begins again', async () => {
    seed(MANY);
    between = async () => {
      await untilWritten();
      throw new SyncError('mailbox.unavailable', 'for the test');
    };
    expect((await rig.sync()).error?.code).toBe('mailbox.unavailable');
    expect(rig.device.records()).toEqual([]);
    between = () => undefined;
    await rig.synced();
    await expectEqualSides();
    await rig.idle();
  });

  it('stops the reading where the store fails, and does not wait for its end', async () => {
    seed(MANY);
    between = (signal) =>
      new Promise((_, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    vi.spyOn(rig.store.journal, 'setCursor').mockImplementationOnce(() => {
      throw new SyncError('store.full');
    });
    expect((await rig.sync()).error?.code).toBe('store.full');
    expect(rig.device.records()).toEqual([]);
    between = () => undefined;
    await rig.synced();
    await expectEqualSides();
  });

  it('can be cancelled in the middle', async () => {
    seed(MANY);
    between = async () => {
      await untilWritten();
      rig.cancel();
    };
    expect((await rig.sync()).state).toBe('cancelled');
    expect(rig.device.records()).toEqual([]);
  });
});

describe('the first syncs of two devices at once', () => {
  let second: Device2009;

  beforeEach(async () => {
    await rig.close();
    // Both devices live in the same time.
    second = await Device2009.listen({ now: () => rig.clock.now() });
    second.owner('allow');
    rig = await startRig({ second: second.port });
    rig.wrapPlugin(inTwoPages);
  });
  afterEach(async () => {
    expect(second.crashed).toBeUndefined();
    expect(second.offences).toEqual([]);
    await second.close();
  });

  const both = async (): Promise<void> => {
    const jobs = await Promise.all([rig.sync(), rig.sync({ device: 'second' })]);
    expect(jobs.map(({ state }) => state)).toEqual(['ok', 'ok']);
  };
  const namesOnSecond = (): string[] =>
    second.records().map(({ xml }) => /<FirstName[^>]*>([^<]*)/.exec(xml)?.[1] ?? '');

  it('fill both, each record once', async () => {
    seed(MANY);
    between = () => delay(100);
    await both();
    await expectEqualSides();
    expect(namesOnSecond().sort()).toEqual(namesOnDevice().sort());
    await rig.idle();
  });

  it('bring the records of the one that holds some to the other', async () => {
    seed(MANY);
    second.add({ FirstName: 'Only here' });
    await both();
    await rig.synced();
    await expectEqualSides();
    expect(namesOnSecond().sort()).toEqual(namesOnDevice().sort());
    expect(namesOnDevice().filter((name) => name === 'Only here')).toHaveLength(1);
    await rig.idle();
  });
});

describe('the first sync of a device that holds records', () => {
  it('waits until Outlook has told all, so that the same person is not made twice', async () => {
    seed(5);
    await rig.synced();
    await rig.restart('lost');
    expect(rig.device.records()).toHaveLength(5);
    const report = await rig.synced();
    expect(report).toMatchObject({ paired: 5, device: { created: 0 }, mailbox: { created: 0 } });
    await rig.idle();
  });
});
