/** The first sync of a device that holds nothing: its records are written while Outlook is still being read. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { MailboxItem, ReadPage, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

/** More than are planned in one go. */
const MANY = 1_100;

/** The first of the two pages brings so many; the second brings all that there are by then. */
const FIRST_PAGE = 1_050;

let rig: SyncRig;
/** Items that the second page tells as gone. */
let gone: string[];
/** What happens before Outlook tells the second page. */
let between: () => Promise<void> | void;

/** Outlook's own words, in two pages that overlap, as they do where something is changed during a reading. */
const inTwoPages = (plugin: ServerSyncPlugin): ServerSyncPlugin => ({
  ...plugin,
  read: async (request, signal) => {
    if (request.anchor !== null) return plugin.read(request, signal);
    if (request.page !== null) await between();
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
