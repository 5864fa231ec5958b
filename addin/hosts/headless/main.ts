/**
 * Entry of the headless host: reads one line of JSON from standard input (settings.ts), then serves the bridge until
 * its input ends, which it also does when the parent process dies. Tells its state in lines on standard output; the
 * first "attached" means ready. Where it is to sign in, it tells the address to open and who has signed in, or what went wrong, as JSON. Exit code 0 after a wanted end, 1 after an error, which goes to standard error.
 */
import { createInterface } from 'node:readline';
import { toSyncError } from '../../../contract/errors.ts';
import type { HostState } from '../plugin-host.ts';
import type { ServingState } from '../serve-mailbox.ts';
import { readToken, runHeadlessHost } from './headless-host.ts';
import { compileSparingly } from './lean-compiler.ts';
import { serveMicrosoft, signIn, signOut } from './microsoft-host.ts';
import { readSettings } from './settings.ts';

compileSparingly();

const ending = new AbortController();
const end = (): void => ending.abort();
process.once('SIGTERM', end);
process.once('SIGINT', end);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Whoever started us reads what went wrong as JSON. */
const caller = { readsProblems: false };

async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin });
  input.once('close', end);
  const [line] = await new Promise<[string]>((resolve) => {
    input.once('line', (first) => resolve([first]));
    input.once('close', () => resolve(['']));
  });
  const settings = readSettings(line);
  caller.readsProblems = 'account' in settings;
  if ('mailbox' in settings) {
    const onState = (state: HostState): void =>
      say(state.state === 'attached' ? 'attached' : `waiting: ${state.problem.message}`);
    await runHeadlessHost(settings, onState, ending.signal);
  } else if ('bridge' in settings) {
    const { bridge, microsoft, tokenFile } = settings;
    await serveMicrosoft({ bridge, microsoft, key: () => readToken(tokenFile), show }, ending.signal);
  } else if (settings.account === 'sign-in') {
    const openBrowser = async (url: string): Promise<void> => say(JSON.stringify({ open: url }));
    say(JSON.stringify({ address: await signIn(settings.microsoft, openBrowser) }));
    ending.abort();
  } else {
    await signOut(settings.microsoft);
    ending.abort();
  }
}

function show(state: ServingState): void {
  if (state.kind === 'attached') say(`attached to ${state.mailbox}`);
  else if (state.kind === 'waiting') {
    // Not the problem's own remedy, which is for those who sit before Outlook.
    const remedy =
      state.problem.code === 'mailbox.signed-out' ? ' Run: outlook-device-sync unattended sign-in' : '';
    say(`waiting: ${state.problem.message}${remedy}`);
  }
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  const problem = toSyncError(error);
  if (!ending.signal.aborted || problem.code !== 'sync.cancelled') {
    if (caller.readsProblems)
      say(JSON.stringify({ problem: { code: problem.code, detail: problem.detail } }));
    process.stderr.write(`${problem.message}\n${problem.remedy}\n`);
    process.exitCode = 1;
  }
}
process.stdin.destroy();
