/** Reads the log: its last lines, and what is added to it. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is looked at for the last lines. */
const TAIL_BYTES = 1024 * 1024;
const LOOK_EVERY_MS = 250;
const MAX_LINE_BYTES = 256 * 1024;

/** The last lines of a file; none where there is no file. */
export function lastLines(
  path: string,
  count: number,
): { readonly lines: readonly string[]; readonly end: number } {
  if (!existsSync(path)) return { lines: [], end: 0 };
  const { text, end } = readFrom(path, Math.max(0, statSync(path).size - TAIL_BYTES));
  const lines = text.split('\n').filter((line) => line !== '');
  return { lines: count === 0 ? [] : lines.slice(-count), end };
}

/** Calls back for every line that is added, also after the file was rotated, until the signal aborts. */
export async function followLines(
  path: string,
  from: number,
  show: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let at = from;
  let inode = existsSync(path) ? statSync(path).ino : 0;
  let pending = '';
  const take = (file: string): void => {
    const { text, end } = readFrom(file, at);
    at = end;
    const lines = (pending + text).split('\n');
    pending = (lines.pop() ?? '').slice(0, MAX_LINE_BYTES);
    for (const line of lines) show(line);
  };
  while (!signal.aborted) {
    if (existsSync(path)) {
      const now = statSync(path);
      if (now.ino !== inode) {
        // What was written last before the file was rotated is in the first of the old ones.
        if (existsSync(`${path}.1`) && statSync(`${path}.1`).ino === inode) take(`${path}.1`);
        inode = now.ino;
        at = 0;
      }
      take(path);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function readFrom(path: string, from: number): { readonly text: string; readonly end: number } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    const length = buffer.length === 0 ? 0 : readSync(file, buffer, 0, buffer.length, from);
    return { text: buffer.toString('utf8', 0, length), end: from + length };
  } finally {
    closeSync(file);
  }
}
