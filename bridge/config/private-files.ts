/** Files that only this user may read: folders of mode 0700, files of mode 0600, written whole or not at all. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { SyncError } from '../../contract/errors.ts';

/**
 * Makes the folder, or takes the group's and everybody's rights away from an existing one.
 * @throws SyncError `store.unwritable`
 */
export function ensurePrivateFolder(path: string): void {
  try {
    makeFolders(resolve(path));
    if (!statSync(path).isDirectory()) throw new Error('this is a file');
    // A mode means nothing on Windows, where the user's own profile folder is private already.
    if (process.platform !== 'win32' && isShared(lstatSync(path).mode)) chmodSync(path, 0o700);
  } catch (error) {
    throw new SyncError('store.unwritable', path, { cause: error });
  }
}

/** Not Node's own recursion: that never ends where a file system lets nobody make a folder and calls it absent (`/proc`). */
function makeFolders(path: string): void {
  const parent = dirname(path);
  if (existsSync(path) || parent === path) return;
  makeFolders(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another start made it meanwhile.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

/**
 * Replaces the file in one step: a reader sees the old text or the new one, also after a power loss.
 * @throws SyncError `store.unwritable`, `store.full`
 */
export function writePrivateFile(path: string, text: string): void {
  writePrivateBytes(path, Buffer.from(text, 'utf8'));
}

/** As writePrivateFile. */
export function writePrivateBytes(path: string, bytes: Uint8Array): void {
  const fresh = `${path}.${randomUUID()}.new`;
  try {
    const file = openSync(fresh, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw notWritten(path, error);
  }
}

/**
 * Makes the file only if it is not there yet; false when it is.
 * @throws SyncError `store.unwritable`, `store.full`
 */
export function createPrivateFile(path: string, text: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, text);
    } catch (error) {
      // An empty one would be taken for what somebody has written.
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw notWritten(path, error);
  }
}

/**
 * Takes the group's and everybody's rights away from a file, where it is there.
 * @throws SyncError `store.unwritable`
 */
export function makePrivate(path: string): void {
  if (process.platform === 'win32') return;
  try {
    if (isShared(lstatSync(path).mode)) chmodSync(path, 0o600);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw new SyncError('store.unwritable', path, { cause: error });
  }
}

export type PrivateText =
  | { readonly state: 'private'; readonly text: string }
  /** Other users could read it: a secret in it is a secret no longer. */
  | { readonly state: 'exposed'; readonly text: string }
  | { readonly state: 'absent' };

/**
 * Reads a private file and tells whether it was private indeed.
 * @throws SyncError `store.unwritable` when it is there and cannot be read
 */
export function readPrivateFile(path: string): PrivateText {
  try {
    const text = readFileSync(path, 'utf8');
    const exposed = process.platform !== 'win32' && isShared(lstatSync(path).mode);
    return { state: exposed ? 'exposed' : 'private', text };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { state: 'absent' };
    throw new SyncError('store.unwritable', path, { cause: error });
  }
}

/** Whether an error of Node's carries this system error code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function notWritten(path: string, error: unknown): SyncError {
  const isFull = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
  return new SyncError(isFull ? 'store.full' : 'store.unwritable', path, { cause: error });
}

function isShared(mode: number): boolean {
  return (mode & 0o077) !== 0;
}
