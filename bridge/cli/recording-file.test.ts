// The file of a recording: what is there, what becomes of it, and what is told when it cannot be whole.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { RecordingFile } from './recording-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recording-'));
  path = join(folder, 'sync.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* told(...lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function* broken(line: string): AsyncGenerator<string> {
  yield line;
  throw new SyncError('bridge.not-running', 'the connection broke off');
}

function codeOf(force: boolean): string {
  try {
    new RecordingFile(path, force).discard();
    return 'none';
  } catch (error) {
    if (error instanceof SyncError) return error.code;
    throw error;
  }
}

test('a file that is there stays as it is', () => {
  writeFileSync(path, 'old');
  expect(codeOf(false)).toBe('file.exists');
  expect(readFileSync(path, 'utf8')).toBe('old');
});

test('by force it is replaced, whole, and is this user’s alone', async () => {
  writeFileSync(path, 'much longer than what comes in its place', { mode: 0o644 });
  expect(await new RecordingFile(path, true).take(told('{}', '[]'))).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('{}\n[]\n');
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('by force it still stays as it is where nothing came to be recorded', () => {
  writeFileSync(path, 'old');
  expect(codeOf(true)).toBe('none');
  expect(readFileSync(path, 'utf8')).toBe('old');
});

test.skipIf(process.platform === 'win32')('what a link leads to is never written, nor is a folder', () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'precious');
  symlinkSync(other, path);
  expect(codeOf(false)).toBe('file.exists');
  expect(codeOf(true)).toBe('file.unwritable');
  expect(readFileSync(other, 'utf8')).toBe('precious');
  path = folder;
  expect(codeOf(true)).toBe('file.unwritable');
});

test('what came before the connection broke off is kept, and why it is not whole is told', async () => {
  const trouble = await new RecordingFile(path).take(broken('{}'));
  expect(trouble).toMatch(/^[^(]+ \(the connection broke off\)$/);
  expect(readFileSync(path, 'utf8')).toBe('{}\n');
});

test('that the bridge ended it early is told', async () => {
  const cut = '{"at":1,"event":"cut","reason":"It grew too large."}';
  expect(await new RecordingFile(path).take(told('{}', cut))).toBe('It grew too large.');
});

test('of one that was not begun nothing is left', () => {
  new RecordingFile(path).discard();
  expect(existsSync(path)).toBe(false);
});
