/**
 * Calls of the Outlook host that fail or whose answer is lost, and records that come twice. After one undisturbed sync
 * both sides are equal, nothing is lost or doubled, and a further one does nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

let rig: SyncRig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(async () => {
  expect(rig.device.crashed).toBeUndefined();
  await rig.close();
});

const seed = (...names: string[]): string[] =>
  rig.mailbox.admin
    .seed(
      USER,
      names.map((givenName) => ({ contact: { givenName } })),
    )
    .map(({ id }) => id);
const nameCount = (records: readonly string[], name: string): number =>
  records.filter((record) => record.includes(`["FirstName","${name}"]`)).length;

/** Both sides hold exactly these people, once each, and stay so. */
async function converged(names: readonly string[]): Promise<void> {
  await rig.synced();
  const records = rig.deviceRecords();
  for (const name of names) expect(nameCount(records, name), name).toBe(1);
  expect(records).toHaveLength(names.length);
  expect(await rig.outlookRecords()).toEqual(records);
  await rig.idle();
}

describe('calls of the Outlook host that go wrong', () => {
  /** Lets the nth call of a method do its work, or not, and then fail. */
  const failing = (method: 'read' | 'apply' | 'snapshot', nth: number, when: 'before' | 'after'): void => {
    let calls = 0;
    rig.wrapPlugin((plugin): ServerSyncPlugin => {
      const original = plugin[method].bind(plugin) as (...args: unknown[]) => Promise<unknown>;
      const wrapped = async (...args: unknown[]): Promise<unknown> => {
        calls += 1;
        if (calls !== nth) return original(...args);
        if (when === 'after') await original(...args);
        throw new SyncError('mailbox.host-lost');
      };
      return { ...plugin, [method]: wrapped };
    });
  };

  it.each([
    ['read', 1, 'before'],
    ['read', 1, 'after'],
    ['apply', 1, 'before'],
    ['apply', 1, 'after'],
  ] as const)('%s number %i failing %s its work: converges', async (method, nth, when) => {
    seed('Grace', 'Ilse');
    for (const FirstName of ['Ada', 'Charles']) rig.device.add({ FirstName });
    failing(method, nth, when);
    expect((await rig.sync()).state).toBe('failed');
    rig.wrapPlugin((plugin) => plugin);
    await converged(['Grace', 'Ilse', 'Ada', 'Charles']);
  });

  it('removes nothing when the item cannot be kept first, and later does', async () => {
    seed('Grace', 'Ilse');
    await rig.synced();
    rig.device.remove(rig.device.records()[0]?.id ?? '');
    failing('snapshot', 1, 'before');
    expect((await rig.sync()).state).toBe('failed');
    expect(await rig.outlookRecords()).toHaveLength(2);
    rig.wrapPlugin((plugin) => plugin);
    expect(await rig.synced()).toMatchObject({ mailbox: { removed: 1 } });
    expect(await rig.outlookRecords()).toHaveLength(1);
    await rig.idle();
  });

  it('an answer that says "unknown" is looked up and nothing is made twice', async () => {
    rig.device.add({ FirstName: 'Ada' });
    let lost = true;
    rig.wrapPlugin((plugin) => ({
      ...plugin,
      apply: async (operations, signal) => {
        const results = await plugin.apply(operations, signal);
        if (!lost) return results;
        lost = false;
        return results.map(({ key }) => ({
          key,
          status: 'unknown' as const,
          problem: { code: 'mailbox.unknown-fate', detail: '' },
        }));
      },
    }));
    expect(await rig.synced()).toMatchObject({ mailbox: { created: 1 } });
    expect(await rig.outlookRecords()).toHaveLength(1);
    await rig.idle();
  });

  it('a create that never arrived is made when the looking-up finds nothing', async () => {
    rig.device.add({ FirstName: 'Ada' });
    let lost = true;
    rig.wrapPlugin((plugin) => ({
      ...plugin,
      apply: async (operations, signal) => {
        if (!lost) return plugin.apply(operations, signal);
        lost = false;
        return operations.map(({ key }) => ({
          key,
          status: 'unknown' as const,
          problem: { code: 'mailbox.unknown-fate', detail: '' },
        }));
      },
    }));
    await converged(['Ada']);
  });

  it('a record that Outlook refuses is owed, told with its reason, and delivered when it is taken', async () => {
    rig.device.add({ FirstName: 'Ada' });
    const refuse = (plugin: ServerSyncPlugin): ServerSyncPlugin => ({
      ...plugin,
      apply: async (operations) =>
        operations.map(({ key }) => ({
          key,
          status: 'failed' as const,
          problem: { code: 'mailbox.refused', detail: 'quota' },
        })),
    });
    rig.wrapPlugin(refuse);
    const report = await rig.synced();
    expect(report.lines).toContainEqual(
      expect.objectContaining({ action: 'problem', code: 'mailbox.refused', label: 'Ada' }),
    );
    expect(await rig.outlookRecords()).toHaveLength(0);
    rig.wrapPlugin((plugin) => plugin);
    expect(await rig.synced()).toMatchObject({ kind: 'fast', mailbox: { created: 1 } });
    await converged(['Ada']);
  });

  it('a lost race is not overwritten: the next sync merges it', async () => {
    const [grace = ''] = seed('Grace');
    await rig.synced();
    rig.device.edit(rig.device.records()[0]?.id ?? '', { JobTitle: 'Admiral' });
    rig.wrapPlugin((plugin) => ({
      ...plugin,
      apply: async (operations, signal) => {
        rig.mailbox.admin.edit(USER, grace, { profession: 'Mathematician' });
        return plugin.apply(operations, signal);
      },
    }));
    await rig.synced();
    rig.wrapPlugin((plugin) => plugin);
    await converged(['Grace']);
    expect(rig.deviceRecords()[0]).toContain('Admiral');
    expect(rig.deviceRecords()[0]).toContain('Mathematician');
  });
});

describe('R15 every device record sent twice', () => {
  it('is applied once', async () => {
    rig.device.repeatRecords(2);
    seed('Grace');
    rig.device.add({ FirstName: 'Ada' });
    expect(await rig.synced()).toMatchObject({ mailbox: { created: 1 } });
    rig.device.repeatRecords(1);
    await converged(['Grace', 'Ada']);
  });
});
