/** What the manager refuses before a sync begins; what it does is tested in test/engine. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { datasetDefinitions } from '../../datasets/index.ts';
import { openStore } from '../store/store.ts';
import { systemClock } from './clock.ts';
import { SyncManager } from './manager.ts';

test('where no device is configured a sync says so, and not that one is unknown', () => {
  const folder = temporaryFolder();
  const store = openStore(join(folder, 'bridge.db'));
  try {
    const manager = new SyncManager({
      store,
      clock: systemClock,
      devices: [],
      definitions: datasetDefinitions,
      waitForMailbox: () => Promise.reject(new Error('nothing is synced')),
      onBug: () => undefined,
    });
    expect(() => manager.start({})).toThrow(expect.objectContaining({ code: 'device.none' }));
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
