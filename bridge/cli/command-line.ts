/** The command `outlook-device-sync` in its process. */
import { startBridge } from '../bridge.ts';
import { programVersion } from '../config/version.ts';
import { exitCodeFor } from '../startup/autostart.ts';
import { systemIo } from './io.ts';
import { runCli } from './program.ts';

/** Runs a command line, without the program's name, and returns the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const code = await runCli(args, { io: systemIo(), version: programVersion(), startBridge });
  return exitCodeFor(code, process.env);
}
