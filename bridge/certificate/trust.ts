/** Makes this user's browsers trust the bridge's authority, and takes the trust away again. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SyncError } from '../../contract/errors.ts';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import {
  authorityOf,
  trustStores,
  type Authority,
  type Command,
  type TrustStore,
  type TrustSurroundings,
} from './trust-commands.ts';

/** A person may be reading the system's own question. */
const COMMAND_MS = 5 * 60_000;
const MAX_OUTPUT = 4096;

const recordSchema = z.object({
  /** PEM of every authority that was made trusted and not yet taken back. */
  authorities: z.array(z.string()).max(50),
});

/** Whether the person was ever asked, and agreed, to trust an authority of this state folder. */
export function hasTrusted(stateFolder: string): boolean {
  return readRecord(stateFolder).length > 0;
}

/** Where trust would be put on this computer. */
export function trustSurroundings(home = homedir()): TrustSurroundings {
  const { platform } = process;
  const isNss = platform !== 'win32' && platform !== 'darwin';
  return { platform, home, nssFolders: isNss ? nssFolders(home) : [] };
}

/** Names the stores in which the authority is not trusted; empty: trusted everywhere. */
export async function untrustedStores(
  pem: string,
  file: string,
  surroundings: TrustSurroundings,
): Promise<readonly string[]> {
  const authority = authorityOf(pem, file);
  const missing: string[] = [];
  for (const store of trustStores(surroundings)) {
    if ((await run(store.check(authority))).kind !== 'ok') missing.push(store.name);
  }
  return missing;
}

/**
 * Trusts this authority and takes the trust in all former ones away.
 * @throws SyncError `bridge.trust` saying what to do by hand
 */
export async function trustAuthority(
  stateFolder: string,
  pem: string,
  surroundings: TrustSurroundings,
): Promise<readonly string[]> {
  const file = stateFiles.authority(stateFolder);
  const stores = trustStores(surroundings);
  const former = readRecord(stateFolder);
  // Noted before it is done: what was half done is taken back as well.
  if (!former.includes(pem)) writeRecord(stateFolder, [...former, pem]);
  for (const store of stores) await install(store, authorityOf(pem, file));
  for (const old of former.filter((other) => other !== pem)) await forget(stateFolder, old, surroundings);
  return stores.map(({ name }) => name);
}

/** Takes the trust in every authority of this state folder away. */
export async function distrustAll(stateFolder: string, surroundings: TrustSurroundings): Promise<number> {
  const trusted = readRecord(stateFolder);
  for (const pem of trusted) await forget(stateFolder, pem, surroundings);
  return trusted.length;
}

async function forget(stateFolder: string, pem: string, surroundings: TrustSurroundings): Promise<void> {
  // Some systems want a file of the certificate that they are to forget.
  const file = join(stateFolder, 'former-authority.pem');
  writePrivateFile(file, pem);
  const authority = authorityOf(pem, file);
  for (const store of trustStores(surroundings)) {
    const check = store.check(authority);
    const found = await run(check);
    // Nobody can tell then whether it is trusted, and what is forgotten here is never taken back.
    if (found.kind === 'missing') throw refusal(check, store, authority, found);
    if (found.kind !== 'ok') continue;
    for (const command of store.remove(authority)) await mustRun(command, store, authority);
  }
  writeRecord(
    stateFolder,
    readRecord(stateFolder).filter((other) => other !== pem),
  );
}

async function install(store: TrustStore, authority: Authority): Promise<void> {
  const { prepare } = store;
  if (prepare !== undefined && (await run(prepare.check)).kind !== 'ok') {
    const folder = prepare.make.args[1]?.replace(/^sql:/, '');
    if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
    await mustRun(prepare.make, store, authority);
  }
  await mustRun(store.install(authority), store, authority);
}

async function mustRun(command: Command, store: TrustStore, authority: Authority): Promise<void> {
  const outcome = await run(command);
  if (outcome.kind !== 'ok') throw refusal(command, store, authority, outcome);
}

function refusal(
  command: Command,
  store: TrustStore,
  { file }: Authority,
  outcome: Exclude<Outcome, { kind: 'ok' }>,
): SyncError {
  const how =
    outcome.kind === 'missing'
      ? `the program ${command.program} is missing; on Debian and Ubuntu it is in libnss3-tools`
      : outcome.output;
  return new SyncError('bridge.trust', `${store.name}, ${file}: ${how}`);
}

type Outcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'failed'; readonly output: string }
  | { readonly kind: 'missing' };

function run({ program, args }: Command): Promise<Outcome> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_MS,
      windowsHide: true,
    });
    const read = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-MAX_OUTPUT));
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', () => resolve({ kind: 'missing' }));
    child.on('close', (code) =>
      resolve(code === 0 ? { kind: 'ok' } : { kind: 'failed', output: output.trim() }),
    );
  });
}

/** Chromium's database, made if need be, and those of its packaged editions and of Firefox's profiles that are there. */
function nssFolders(home: string): readonly string[] {
  const others = ['.local/share/pki/nssdb', 'snap/chromium/current/.pki/nssdb'].map((path) =>
    join(home, path),
  );
  const profiles = ['.mozilla/firefox', 'snap/firefox/common/.mozilla/firefox'].flatMap((path) =>
    foldersIn(join(home, path)),
  );
  const present = [...others, ...profiles].filter((folder) => existsSync(join(folder, 'cert9.db')));
  return [join(home, '.pki/nssdb'), ...present];
}

function foldersIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name));
}

/** A damaged record is as good as none: what was trusted then has to be taken away by hand. */
function readRecord(stateFolder: string): readonly string[] {
  const found = readPrivateFile(stateFiles.trust(stateFolder));
  if (found.state === 'absent') return [];
  try {
    return recordSchema.safeParse(JSON.parse(found.text)).data?.authorities ?? [];
  } catch {
    return [];
  }
}

function writeRecord(stateFolder: string, authorities: readonly string[]): void {
  writePrivateFile(stateFiles.trust(stateFolder), `${JSON.stringify({ authorities }, null, 2)}\n`);
}
