/** `install` and `uninstall`: the bridge starts with the user's session, or no longer does. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { distrustAll, trustSurroundings } from '../certificate/trust.ts';
import type { TrustSurroundings } from '../certificate/trust-commands.ts';
import { stateFiles } from '../config/state-folder.ts';
import { forgetSecrets, usesKeyStore } from '../passwords/key-store.ts';
import { autostart, STOP_SECONDS, type Autostart, type Command } from '../startup/autostart.ts';
import { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';
import { stopCommand } from './stop-command.ts';

/** A bridge that runs is stopped first, which may take all the time that it is given. */
const COMMAND_MS = (STOP_SECONDS + 20) * 1000;
const MAX_OUTPUT = 2000;

export interface InstallOptions {
  readonly stateFolder: string;
  readonly json: boolean;
  /** Only show what would be done. */
  readonly dryRun: boolean;
  readonly autostart: Autostart;
}

export interface UninstallOptions extends InstallOptions {
  /** Remove the user's data, too. */
  readonly purge: boolean;
  readonly trust?: TrustSurroundings;
  /** Empties the system's key store of what is the bridge's; false where something may be left. */
  readonly emptyKeyStore?: (stateFolder: string) => Promise<boolean>;
}

/** How this program is started with the session; `options` go to its `start`. */
export function ownAutostart(options: readonly string[]): Autostart {
  return autostart({
    platform: process.platform,
    env: process.env,
    home: homedir(),
    uid: userInfo().uid,
    node: process.execPath,
    script: fileURLToPath(new URL('../../bridge/cli/main.js', import.meta.url)),
    options,
  });
}

export async function installCommand(io: Io, options: InstallOptions): Promise<number> {
  const { autostart: way, dryRun, json } = options;
  const { file, refused } = way;
  if (refused !== undefined) throw new SyncError('startup.failed', refused);
  if (dryRun) return show(io, json, file === undefined ? [] : [write(file.path, file.text)], way.install);
  if (file !== undefined && readOrUndefined(file.path) !== file.text) {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.text);
  }
  for (const command of way.install) await run(command);
  io.out(
    json
      ? `${JSON.stringify({ installed: way.name })}\n`
      : `The bridge starts with your session from now on, by ${way.name}.\n`,
  );
  return 0;
}

export async function uninstallCommand(io: Io, options: UninstallOptions): Promise<number> {
  const { autostart: way, dryRun, json, purge, stateFolder, trust = trustSurroundings() } = options;
  const { file } = way;
  if (purge && existsSync(stateFolder) && !existsSync(stateFiles.token(stateFolder))) {
    throw new SyncError('config.invalid', `${stateFolder} is not a state folder of the bridge`);
  }
  if (dryRun) {
    const steps = ['end the bridge', 'take the trust in the bridge’s authority away'];
    if (file !== undefined) steps.push(`remove ${file.path}`);
    if (purge && usesKeyStore(stateFolder))
      steps.push('remove the bridge’s entries from the system’s key store');
    if (purge) steps.push(`remove ${stateFolder}`);
    return show(io, json, steps, [...way.uninstall, ...way.afterwards]);
  }
  for (const command of way.uninstall) await run(command);
  if (file !== undefined) rmSync(file.path, { force: true });
  for (const command of way.afterwards) await run(command);
  await stopBridge(stateFolder);
  await distrustAll(stateFolder, trust);
  const left = purge ? await purgeData(options) : `What is left are your data in ${stateFolder}.`;
  io.out(json ? `${JSON.stringify({ uninstalled: true, purged: purge, left })}\n` : `Removed. ${left}\n`);
  return 0;
}

/** Says what is left. A key store that is out of reach does not keep the rest from being removed. */
async function purgeData({ stateFolder, emptyKeyStore = forgetSecrets }: UninstallOptions): Promise<string> {
  const emptied = await emptyKeyStore(stateFolder);
  rmSync(stateFolder, { recursive: true, force: true });
  return emptied
    ? 'Nothing is left.'
    : 'No key store of this system could be opened: where there is one, remove the entries of outlook-device-sync by hand.';
}

async function stopBridge(stateFolder: string): Promise<void> {
  try {
    const client = await BridgeClient.connect(stateFolder);
    await stopCommand(client, silent, { stateFolder, json: true });
  } catch (error) {
    if (toSyncError(error).code !== 'bridge.not-running') throw error;
  }
}

const silent: Pick<Io, 'out'> = { out: () => undefined };

function show(io: Io, json: boolean, steps: readonly string[], commands: readonly Command[]): number {
  const lines = commands.map(({ program, args }) => [program, ...args].join(' '));
  if (json) io.out(`${JSON.stringify({ steps, commands })}\n`);
  else io.out([...steps, ...lines.map((line) => `run ${line}`)].map((line) => `${line}\n`).join(''));
  return 0;
}

function write(path: string, text: string): string {
  const indented = text.trimEnd().replace(/^/gm, '  ');
  return `write ${path}\n${indented}`;
}

function readOrUndefined(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @throws SyncError `startup.failed` */
function run({ program, args, mayFail, detached }: Command): Promise<void> {
  if (detached === true) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true });
      child.on('error', (error) => reject(new SyncError('startup.failed', `${program}: ${error.message}`)));
      child.on('spawn', () => {
        child.unref();
        resolve();
      });
    });
  }
  return new Promise((resolve, reject) => {
    let said = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: COMMAND_MS,
      windowsHide: true,
    });
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MAX_OUTPUT)));
    const fail = (reason: string): void => {
      if (mayFail === true) resolve();
      else reject(new SyncError('startup.failed', `${[program, ...args].join(' ')}: ${reason}`));
    };
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else fail(said.trim() === '' ? `exit code ${code ?? 'unknown'}` : said.trim());
    });
  });
}
