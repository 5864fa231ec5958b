/** A rig with this project's own handheld instead of the one of 2009. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetDefinitions, type Fields } from '../../datasets/index.ts';
import { TestAgent } from '../desktop-2009/test-agent.ts';
import { JumpingClock, startRigWith, type RigOptions, type SyncRig } from './sync-rig.ts';

export async function startAgentRig(options: RigOptions = {}): Promise<SyncRig<TestAgent>> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-rig-'));
  const { dataset = 'contacts' } = options;
  const definition = datasetDefinitions.get(dataset);
  const device = await TestAgent.startIn(folder, definition === undefined ? undefined : [definition]);
  const records = (): readonly { readonly id: string; readonly fields: Fields }[] => [
    ...device.store.list(dataset),
  ];
  return startRigWith(
    device,
    {
      port: device.port,
      records: () => records().map(({ fields }) => fields),
      state: records,
      async close() {
        await device.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    },
    new JumpingClock(),
    options,
  );
}
