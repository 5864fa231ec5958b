/** What the history keeps, and what it forgets (spec: sync engine, G1; reliability R9). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepDispute } from '../sync/step.ts';
import { openStore, type Store } from './store.ts';

const DAY = 24 * 3_600_000;
const DISPUTE: StepDispute = {
  kind: 'field',
  removedOn: null,
  winner: null,
  fields: [{ key: 'JobTitle', device: 'Admiral', mailbox: 'Captain' }],
  record: null,
};

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  store = openStore(join(folder, 'bridge.db'));
  store.database.write(() => {
    store.database.run(`INSERT INTO mailbox VALUES (1, 't', 'u', 'Ada', 'identity')`);
    store.database.run(`INSERT INTO folder (id, mailbox, dataset, folder) VALUES (1, 1, 'contacts', 'f')`);
    store.database.run(`INSERT INTO partnership (id, device, folder) VALUES (1, 'd', 1)`);
  });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A session that has updated one record of so many bytes in Outlook. */
function session(
  id: number,
  { at = 0, bytes = 100, state = 'committed' }: { at?: number; bytes?: number; state?: string } = {},
): void {
  const report = JSON.stringify({
    device: { created: 0, updated: 0, removed: 0 },
    mailbox: { created: 0, updated: 1, removed: 0 },
    conflicts: 0,
  });
  store.database.write(() => {
    store.database.run(
      `INSERT INTO session (id, partnership, job, state, kind, device_next, desktop_next, clock, started_at, report)
       VALUES (?, 1, 'job', ?, 'fast', 0, 0, 0, ?, ?)`,
      id,
      state,
      at,
      report,
    );
    store.database.run(
      `INSERT INTO step (session, number, mailbox_op, mailbox_state, mailbox_before) VALUES (?, 0, 'update', 'done', ?)`,
      id,
      'x'.repeat(bytes),
    );
  });
}

const kept = (): readonly number[] => store.history.list(null, 100).map(({ session: id }) => id);
const everything = { before: -1, bytes: Number.MAX_SAFE_INTEGER, sessions: 0 };

describe('what is forgotten', () => {
  it('[STORE-4] is what began before a day, but for the latest sessions', () => {
    for (const id of [1, 2, 3, 4, 5]) session(id, { at: id * DAY });
    store.history.prune({ ...everything, before: 4 * DAY });
    expect(kept()).toEqual([5, 4]);
    session(6, { at: 6 * DAY });
    store.history.prune({ ...everything, before: 100 * DAY, sessions: 2 });
    expect(kept()).toEqual([6, 5]);
  });

  it('[STORE-4] is the oldest of what is too much, but for the latest sessions', () => {
    for (const id of [1, 2, 3, 4]) session(id, { bytes: 10_000 });
    store.history.prune({ ...everything, bytes: 25_000 });
    expect(kept()).toEqual([4, 3]);
    // Of what was counted once nothing has changed; what comes is counted, too.
    session(5, { bytes: 10_000 });
    store.history.prune({ ...everything, bytes: 25_000 });
    expect(kept()).toEqual([5, 4]);
    session(6, { bytes: 90_000 });
    store.history.prune({ ...everything, bytes: 25_000, sessions: 1 });
    expect(kept()).toEqual([6]);
  });

  it('counts bytes, of all that a step holds', () => {
    session(1, { bytes: 0 });
    session(2, { bytes: 0 });
    store.database.write(() =>
      store.database.run('UPDATE step SET snapshot = ?, line = ?', 'é'.repeat(400), 'x'.repeat(150)),
    );
    store.history.prune({ ...everything, bytes: 2_300 });
    expect(kept()).toEqual([2, 1]);
    const reopened = openStore(join(folder, 'bridge.db'));
    reopened.history.prune({ ...everything, bytes: 2_299 });
    reopened.close();
    expect(kept()).toEqual([2]);
  });

  it.each(['open', 'pending'])('is no session that is %s', (state) => {
    session(1, { state });
    store.history.prune({ ...everything, before: DAY, bytes: 0 });
    expect(kept()).toEqual([1]);
  });

  it('[STORE-4] is nothing that a conflict needs which a person has to decide, or has decided', () => {
    for (const id of [1, 2, 3]) session(id);
    store.database.write(() => {
      for (const id of [1, 2]) {
        const found = { partnership: 1, session: id, step: 0, pair: null, label: 'Grace', foundAt: 0 };
        store.conflicts.add({ ...found, dispute: DISPUTE });
      }
    });
    store.conflicts.decide(1, 'device');
    const prune = (): void => store.history.prune({ ...everything, before: DAY, bytes: 0 });
    prune();
    expect(kept()).toEqual([2, 1]);
    store.database.write(() => store.conflicts.close(1, 'done'));
    prune();
    expect(kept()).toEqual([2]);
  });

  it('is told from what never was anything', () => {
    session(1);
    expect(store.history.isForgotten(1)).toBe(false);
    store.history.prune({ ...everything, bytes: 0 });
    expect(store.history.isForgotten(1)).toBe(true);
    expect(store.history.entry(1)).toMatchObject({ undoable: false, mailboxCounts: { updated: 1 } });
    expect(store.history.isForgotten(2)).toBe(false);
  });
});
