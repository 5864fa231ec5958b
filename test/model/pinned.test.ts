/** Histories that once went wrong. */
import { describe, it } from 'vitest';
import { live } from './histories.ts';

describe('G1 to G5 over histories that once went wrong', () => {
  it('an item that another device has changed since the create whose answer was lost', async () => {
    const sync = { deed: 'sync', slow: true } as const;
    await live({
      policy: 'device',
      deeds: [
        { deed: 'add', party: 'tablet' },
        { ...sync, device: 'phone', trouble: { kind: 'cut', cut: { call: 1, when: 'before' } } },
        { ...sync, device: 'tablet', trouble: { kind: 'crash', at: { write: 7, when: 'before' } } },
        { ...sync, device: 'phone', trouble: { kind: 'none' } },
        { deed: 'edit', party: 'phone', nth: 0, field: 'JobTitle' },
        { deed: 'add', party: 'phone' },
        {
          ...sync,
          device: 'phone',
          trouble: { kind: 'mailbox', fault: { call: 1, kind: 'refused' } },
        },
        { deed: 'add', party: 'phone' },
      ],
    });
  });

  it('an item that a person has removed since the create whose answer was lost', async () => {
    const sync = { deed: 'sync', slow: true } as const;
    await live({
      policy: 'keep-both',
      deeds: [
        { deed: 'add', party: 'phone' },
        { ...sync, device: 'phone', trouble: { kind: 'crash', at: { write: 8, when: 'before' } } },
        { ...sync, device: 'tablet', trouble: { kind: 'none' } },
        { deed: 'edit', party: 'tablet', nth: 0, field: 'JobTitle' },
        { deed: 'remove', party: 'outlook', nth: 0 },
        { ...sync, device: 'phone', trouble: { kind: 'crash', at: { write: 1, when: 'before' } } },
      ],
    });
  });

  it('a record added while the clock was wrong, and right again by the sync: the weekly comparison finds it', async () => {
    await live({
      policy: 'device',
      deeds: [
        { deed: 'sync', device: 'tablet', slow: true, trouble: { kind: 'none' } },
        { deed: 'clock', device: 'tablet', skew: -315_360_000_000 },
        { deed: 'add', party: 'tablet' },
        { deed: 'clock', device: 'tablet', skew: 0 },
      ],
    });
  });

  it('a record removed in Outlook and edited on both devices, whose second one was never synced whole', async () => {
    const sync = { deed: 'sync', slow: true } as const;
    await live({
      policy: 'keep-both',
      deeds: [
        { deed: 'add', party: 'phone' },
        { ...sync, device: 'phone', trouble: { kind: 'none' } },
        {
          ...sync,
          device: 'tablet',
          trouble: { kind: 'mailbox', fault: { call: 2, kind: 'refused' } },
        },
        { deed: 'edit', party: 'phone', nth: 0, field: 'JobTitle' },
        { deed: 'remove', party: 'outlook', nth: 0 },
        { deed: 'add', party: 'phone' },
        { deed: 'edit', party: 'tablet', nth: 0, field: 'JobTitle' },
      ],
    });
  });
});
