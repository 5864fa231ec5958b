/**
 * One bridge per user: `bridge.json` in the state folder names the one that runs. The CLI finds the bridge by it,
 * and a second start is refused by it. A file left behind by a bridge that died is recognised and replaced.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { helloSchema, paths } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  createPrivateFile,
  ensurePrivateFolder,
  hasCode,
  readPrivateFile,
  writePrivateFile,
} from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import { openLoopback, readText } from './loopback-request.ts';

/** A bridge that has not told its address after this long has died while starting. */
const START_MS = 30_000;
const HELLO_MS = 2000;
const MAX_TRIES = 5;

const instanceSchema = z.object({
  /** Tells two bridges apart that had the same process id. */
  id: z.string(),
  pid: z.int().positive(),
  /** ISO 8601, wall clock. */
  startedAt: z.iso.datetime(),
  /** Null while the bridge starts. */
  address: z.string().nullable(),
  /** PEM file to pin; null while the bridge starts. */
  certificate: z.string().nullable(),
});
export type InstanceInfo = z.infer<typeof instanceSchema>;

/** A bridge that can be talked to. */
export interface FoundInstance {
  readonly pid: number;
  readonly address: string;
  /** PEM. */
  readonly certificate: string;
}

/** The claim of this process to be the user's bridge. */
export interface Instance {
  /** The bridge is ready: tells where. */
  announce(address: string, certificateFile: string): void;
  /** The bridge has ended. */
  release(): void;
}

/**
 * Claims the state folder for this process.
 * @throws SyncError `bridge.running` naming the other's process and address, `store.unwritable`
 */
export async function claimInstance(stateFolder: string): Promise<Instance> {
  ensurePrivateFolder(stateFolder);
  const file = stateFiles.instance(stateFolder);
  const own: InstanceInfo = {
    id: randomUUID(),
    pid: process.pid,
    startedAt: new Date().toISOString(),
    address: null,
    certificate: null,
  };
  for (let tries = 1; !createPrivateFile(file, serialise(own)); tries += 1) {
    const other = readInstance(file);
    if (tries >= MAX_TRIES || (other !== undefined && (await isRunning(other)))) {
      const where = other === undefined ? '' : `, ${other.address ?? 'starting'}`;
      throw new SyncError('bridge.running', `process ${other?.pid ?? 'unknown'}${where}`);
    }
    // Renaming takes the file away from exactly one of several starters.
    const aside = `${file}.${own.id}.stale`;
    try {
      renameSync(file, aside);
      rmSync(aside, { force: true });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw new SyncError('store.unwritable', file, { cause: error });
    }
  }
  const isOurs = (): boolean => readInstance(file)?.id === own.id;
  return {
    announce(address, certificateFile) {
      if (!isOurs()) throw new SyncError('bridge.running', `another start took ${file}`);
      writePrivateFile(file, serialise({ ...own, address, certificate: certificateFile }));
    },
    release() {
      if (isOurs()) rmSync(file, { force: true });
    },
  };
}

/**
 * The bridge that runs with this state folder.
 * @throws SyncError `bridge.not-running`
 */
export async function findInstance(stateFolder: string): Promise<FoundInstance> {
  const info = readInstance(stateFiles.instance(stateFolder));
  if (info === undefined) throw new SyncError('bridge.not-running');
  const { pid, address, certificate } = info;
  if (!isAlive(pid)) throw new SyncError('bridge.not-running', `process ${pid} has ended`);
  if (address === null || certificate === null) {
    throw new SyncError('bridge.not-running', `process ${pid} is still starting`);
  }
  return { pid, address, certificate: readCertificate(certificate) };
}

async function isRunning({ pid, startedAt, address, certificate }: InstanceInfo): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (address === null || certificate === null) return Date.now() - Date.parse(startedAt) < START_MS;
  return saysHello(address, certificate);
}

/** The process id may belong to another program by now: only a bridge with our certificate is one. */
async function saysHello(address: string, certificateFile: string): Promise<boolean> {
  try {
    const target = { address, certificate: readCertificate(certificateFile) };
    const call = { method: 'GET', path: paths.hello, signal: AbortSignal.timeout(HELLO_MS) } as const;
    const answer = await openLoopback(target, call);
    return helloSchema.safeParse(JSON.parse(await readText(answer))).success;
  } catch (error) {
    // A bridge that is too busy to answer is still one.
    return error instanceof SyncError && error.code === 'sync.cancelled';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Undefined for no file, and for one that a dying bridge left unfinished. */
function readInstance(file: string): InstanceInfo | undefined {
  const found = readPrivateFile(file);
  if (found.state === 'absent') return undefined;
  try {
    return instanceSchema.safeParse(JSON.parse(found.text)).data;
  } catch {
    return undefined;
  }
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SyncError('bridge.not-running', `${file} cannot be read`, { cause: error });
  }
}

function serialise(info: InstanceInfo): string {
  return `${JSON.stringify(info, null, 2)}\n`;
}
