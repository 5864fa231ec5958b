/** `stop`: asks the running bridge to end, and waits until it has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { findInstance } from '../http/instance.ts';
import type { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';

/** A session that is under way is finished or rolled back first. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;

export async function stopCommand(
  client: BridgeClient,
  io: Pick<Io, 'out'>,
  options: { readonly stateFolder: string; readonly json: boolean },
): Promise<number> {
  await client.tell('POST', paths.stop);
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    if (!(await isStillThere(options.stateFolder, client.pid))) {
      io.out(options.json ? `${JSON.stringify({ stopped: true })}\n` : 'The bridge was stopped.\n');
      return 0;
    }
    await sleep(LOOK_EVERY_MS);
  }
  throw new SyncError('bridge.running', `process ${client.pid} has not ended yet`);
}

async function isStillThere(stateFolder: string, pid: number): Promise<boolean> {
  try {
    return (await findInstance(stateFolder)).pid === pid;
  } catch (error) {
    if (error instanceof SyncError && error.code === 'bridge.not-running') return false;
    throw error;
  }
}
