/** R7: our device has come back from a backup, and gives ids to records that others had before. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startAgentRig } from '../support/agent-rig.ts';
import { USER } from '../support/sync-rig.ts';

it('R7 a device restored from a backup gets back what it has lost, and nothing comes twice', async () => {
  const rig = await startAgentRig();
  const { device } = rig;
  const backup = join(rig.folder, 'backup');
  try {
    device.add({ FirstName: 'Ada' });
    await rig.synced();
    await device.stop();
    cpSync(device.folder, backup, { recursive: true });
    await device.restart({ accept: 'allow' });

    device.add({ FirstName: 'Grace' });
    const people = ['Ilse', 'Mary'].map((givenName) => ({ contact: { givenName } }));
    rig.mailbox.admin.seed(USER, people);
    await rig.synced();
    await device.stop();
    rmSync(device.folder, { recursive: true });
    cpSync(backup, device.folder, { recursive: true });
    await device.restart({ accept: 'allow' });

    expect(await rig.sync()).toMatchObject({ state: 'failed', error: { code: 'sync.out-of-step' } });
    await rig.synced({ slow: true });
    expect(rig.deviceRecords()).toHaveLength(4);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
    expect(rig.deviceRecords()).toHaveLength(4);
  } finally {
    await rig.close();
  }
});
