/** The service tells a sync's own writes again, as changes; after many of them they are listened to in the same sync. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { ReadPage, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { startRig, type SyncRig } from '../support/sync-rig.ts';

const MANY = 1_000;

let rig: SyncRig;
/** What Outlook answered to each reading, and what was written so far. */
let pages: ReadPage[];
let isWritten: boolean;
/** What the readings after the writes come to; undefined: what the service says. */
let afterwards: ((read: () => Promise<ReadPage>) => Promise<ReadPage>) | undefined;

const watched = (plugin: ServerSyncPlugin): ServerSyncPlugin => ({
  ...plugin,
  read: async (request, signal) => {
    const read = (): Promise<ReadPage> => plugin.read(request, signal);
    const page = await (isWritten && afterwards !== undefined ? afterwards(read) : read());
    pages.push(page);
    return page;
  },
  apply: async (operations, signal) => {
    isWritten = true;
    return plugin.apply(operations, signal);
  },
});
const candidates = (): number =>
  pages.reduce((sum, page) => sum + (page.kind === 'page' ? (page.candidates?.length ?? 0) : 0), 0);

beforeEach(async () => {
  pages = [];
  isWritten = false;
  afterwards = undefined;
  rig = await startRig();
  rig.wrapPlugin(watched);
});
afterEach(() => rig.close());

function fillDevice(count: number): void {
  for (let n = 1; n <= count; n += 1) rig.device.add({ FirstName: 'Person', LastName: `Number ${n}` });
}

describe('the echo of a sync’s own writes', () => {
  it('after many of them is heard in that sync, and the next one reads nothing', async () => {
    fillDevice(MANY);
    expect((await rig.synced()).mailbox.created).toBe(MANY);
    expect(candidates()).toBe(MANY);
    pages = [];
    await rig.idle();
    expect(pages).toMatchObject([{ items: [], next: null }]);
    expect(candidates()).toBe(0);
  });

  it.each<[string, typeof afterwards]>([
    ['fails', () => Promise.reject(new SyncError('mailbox.unavailable', 'for the test'))],
    ['finds the token dead', () => Promise.resolve({ kind: 'reset', detail: 'for the test' })],
  ])('is left to the next sync where listening %s', async (_what, trouble) => {
    fillDevice(MANY);
    afterwards = trouble;
    expect((await rig.synced()).mailbox.created).toBe(MANY);
    afterwards = undefined;
    pages = [];
    await rig.idle();
    expect(pages.length).toBeGreaterThan(1);
    for (const page of pages) expect(page).toMatchObject({ kind: 'page', reading: 'delta' });
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
  });

  it('of a few writes is heard by the next sync', async () => {
    fillDevice(3);
    await rig.synced();
    expect(candidates()).toBe(0);
    await rig.idle();
    expect(candidates()).toBe(3);
  });
});
