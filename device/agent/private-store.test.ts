import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from './agent.ts';

it.skipIf(process.platform !== 'linux')('a folder that nobody can make is told at once', () => {
  // A file system that calls a folder absent and lets nobody make one.
  expect(() => openStore('/proc/nowhere/state')).toThrow(expect.objectContaining({ code: 'pim.unwritable' }));
  expect(() => openStore('/proc/version/state')).toThrow(expect.objectContaining({ code: 'pim.unwritable' }));
});

it('a folder is made with those above it, for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'private-store-'));
  try {
    const state = join(folder, 'above', 'state');
    openStore(state).close();
    for (const made of [state, join(folder, 'above')]) expect(statSync(made).mode & 0o777).toBe(0o700);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('the records are their owner’s alone, also in a folder that others may read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'private-store-'));
  try {
    chmodSync(folder, 0o755);
    const store = openStore(folder);
    try {
      store.add('contacts', [{ FirstName: 'Ada' }]);
      for (const name of ['pim.db', 'pim.db-wal', 'pim.db-shm'])
        expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    } finally {
      store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
