/** The command `outlook-device-sync` in its process. */
import { programVersion } from '../config/version.ts';
import { exitCodeFor } from '../startup/autostart.ts';
import { systemIo } from './io.ts';
import { keepHeapLean } from './lean-heap.ts';
import { runCli } from './program.ts';
import type { StartBridge } from './start-command.ts';

/** Runs a command line, without the program's name, and returns the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const code = await runCli(args, { io: systemIo(), version: programVersion(), startBridge });
  return exitCodeFor(code, process.env);
}

/** Most commands ask a bridge that runs, and need not wait for the code of one to be loaded. */
const startBridge: StartBridge = async (config) => {
  // Before the code is loaded, which makes much garbage: else the new space keeps the size that it takes for that.
  keepHeapLean();
  const bridge = await import('../bridge.ts');
  return bridge.startBridge(config);
};
