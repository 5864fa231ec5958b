/**
 * Notices damage to the database file that SQLite itself would not: a bit that has flipped in a value looks like any other
 * value. While the file lies still (all that is new goes to the write-ahead log, which has checksums of its own) a digest
 * of it lies beside it. Before the file is written the seal is broken, durably: a file without a seal is looked through by
 * SQLite instead.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';

const CHUNK_BYTES = 1024 * 1024;

export type SealState = 'whole' | 'broken' | 'none';

export function sealPath(database: string): string {
  return `${database}.seal`;
}

/** Puts a seal on the file as it is now. Throws a SyncError `store.unwritable`. */
export function seal(database: string): void {
  writePrivateFile(sealPath(database), `${digestOf(database)}\n`);
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
  const found = readPrivateFile(sealPath(database));
  const text = found.state === 'absent' ? '' : found.text.trim();
  if (text === '') return 'none';
  return text === digestOf(database) ? 'whole' : 'broken';
}

/** SHA-256 in hex. */
function digestOf(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, chunk, 0, chunk.length, null);
      if (length === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}
