/**
 * Entry of the headless host: reads one line of JSON from standard input (settings.ts), then serves the bridge until
 * its input ends, which it also does when the parent process dies. Tells its state in lines on standard output; the
 * first "attached" means ready. Exit code 0 after a wanted end, 1 after an error, which goes to standard error.
 */
import { createInterface } from 'node:readline';
import { toSyncError } from '../../../contract/errors.ts';
import { runHeadlessHost } from './headless-host.ts';
import { readSettings } from './settings.ts';

const ending = new AbortController();
const end = (): void => ending.abort();
process.once('SIGTERM', end);
process.once('SIGINT', end);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin });
  input.once('close', end);
  const [line] = await new Promise<[string]>((resolve) => {
    input.once('line', (first) => resolve([first]));
    input.once('close', () => resolve(['']));
  });
  await runHeadlessHost(
    readSettings(line),
    (state) => say(state.state === 'attached' ? 'attached' : `waiting: ${state.problem.message}`),
    ending.signal,
  );
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  const problem = toSyncError(error);
  if (!ending.signal.aborted || problem.code !== 'sync.cancelled') {
    process.stderr.write(`${problem.message}\n${problem.remedy}\n`);
    process.exitCode = 1;
  }
}
process.stdin.destroy();
