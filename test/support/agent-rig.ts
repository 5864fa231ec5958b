/** A rig with this project's own handheld instead of the one of 2009. */
import type { Fields } from '../../datasets/index.ts';
import { TestAgent } from '../desktop-2009/test-agent.ts';
import { JumpingClock, startRigWith, type RigOptions, type SyncRig } from './sync-rig.ts';

/** The agent ends with the test. */
export async function startAgentRig(options: RigOptions = {}): Promise<SyncRig<TestAgent>> {
  const device = await TestAgent.start();
  const records = (): readonly { readonly id: string; readonly fields: Fields }[] => [
    ...device.store.list('contacts'),
  ];
  return startRigWith(
    device,
    {
      port: device.port,
      records: () => records().map(({ fields }) => fields),
      state: records,
      close: () => Promise.resolve(),
    },
    new JumpingClock(),
    options,
  );
}
