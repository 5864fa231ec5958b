/**
 * Notices damage to the database file that SQLite itself would not: a bit that has flipped in a value looks like any other
 * value. While the file lies still (all that is new goes to the write-ahead log, which has checksums of its own) a digest
 * of it lies beside it. Before the file is written the seal is broken, durably: a file without a seal is looked through by
 * SQLite instead.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';

const CHUNK_BYTES = 1024 * 1024;

export type SealState = 'whole' | 'broken' | 'none';

export function sealPath(database: string): string {
  return `${database}.seal`;
}

/** Puts a seal on the file as it is now; not while this process has it open in SQLite. Throws a SyncError `store.unwritable`. */
export function seal(database: string): void {
  put(database, digestOf(database));
}

/**
 * The same with pauses, unless `lies` says after one of them that the file may have been written meanwhile. `file` is the
 * database's descriptor, which the caller closes after SQLite has: POSIX takes all locks of a process off a file as soon as
 * the process closes any descriptor of it, and without them another process would clear away a log that is in use.
 */
export async function sealSlowly(database: string, file: number, lies: () => boolean): Promise<void> {
  const hash = createHash('sha256');
  for (const chunk of chunksOf(file)) {
    hash.update(chunk);
    await setImmediate();
    if (!lies()) return;
  }
  put(database, hash.digest('hex'));
}

function put(database: string, digest: string): void {
  writePrivateFile(sealPath(database), `${digest}\n`);
}

/** Whether there is a seal, true or not. */
export function isSealed(database: string): boolean {
  return sealText(database) !== '';
}

/** Takes the seal off, before the file is written. */
export function unseal(database: string): void {
  if (!existsSync(sealPath(database))) return;
  const file = openSync(sealPath(database), 'r+');
  try {
    // Emptied in place, for that is durable by itself; that a file has gone is only so with its folder.
    ftruncateSync(file, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Whether the file is what it was when it was sealed. */
export function sealState(database: string): SealState {
  const text = sealText(database);
  if (text === '') return 'none';
  return text === digestOf(database) ? 'whole' : 'broken';
}

function sealText(database: string): string {
  const found = readPrivateFile(sealPath(database));
  return found.state === 'absent' ? '' : found.text.trim();
}

/** SHA-256 in hex. */
function digestOf(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    for (const chunk of chunksOf(file)) hash.update(chunk);
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** The file's bytes from its beginning, each part until the next one is asked for. */
function* chunksOf(file: number): Generator<Buffer> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let position = 0; ;) {
    const length = readSync(file, chunk, 0, chunk.length, position);
    if (length === 0) return;
    position += length;
    yield chunk.subarray(0, length);
  }
}
