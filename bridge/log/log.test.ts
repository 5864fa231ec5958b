/** The log: bounded, private, without secrets, and readable while it grows. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { logLine } from '../cli/logs-command.ts';
import { stateFiles } from '../config/state-folder.ts';
import { followLines, lastLines } from './follow.ts';
import { openLog } from './log.ts';
import { RotatingFile } from './rotating-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'bridge.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('rotation', () => {
  test('keeps so many files of so many bytes, the newest lines among them', () => {
    const file = new RotatingFile(path, { maxBytes: 100, keep: 2 });
    for (let line = 0; line < 50; line += 1) file.write(`line ${String(line).padStart(4, '0')}\n`);
    file.close();
    expect(readdirSync(folder).sort()).toEqual(['bridge.log', 'bridge.log.1', 'bridge.log.2']);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(100);
    expect(readFileSync(path, 'utf8')).toContain('line 0049');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('goes on in the file that is there', () => {
    writeFileSync(path, 'x'.repeat(99));
    const file = new RotatingFile(path, { maxBytes: 100, keep: 2 });
    file.write('one\n');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    expect(statSync(`${path}.1`).size).toBe(99);
  });

  test('a disk that cannot be written ends nothing, and what was lost is told later', () => {
    const nowhere = join(folder, 'no folder');
    writeFileSync(nowhere, '');
    const file = new RotatingFile(join(nowhere, 'bridge.log'));
    file.write('lost\n');
    rmSync(nowhere);
    file.write('kept\n');
    file.close();
    const lines = readFileSync(join(nowhere, 'bridge.log'), 'utf8').split('\n');
    expect(lines[0]).toContain('1 lines were lost');
    expect(lines[1]).toBe('kept');
  });
});

test('values whose names say that they are secret are not written', () => {
  const opened = openLog(folder, 'fatal');
  const { log } = opened;
  log.info(
    {
      password: 'PW-1',
      token: 'TK-1',
      nested: { secret: 'SC-1', authorization: 'AU-1', deep: { key: 'KY-1' } },
    },
    'all',
  );
  log.info({ req: { headers: { authorization: 'AU-2' } } }, 'request');
  opened.close();
  const written = readFileSync(stateFiles.log(folder), 'utf8');
  expect(written).toContain('"msg":"all"');
  expect(written).not.toMatch(/PW-1|TK-1|SC-1|AU-1|KY-1|AU-2/);
});

test('an error keeps its code, and a pairing code is none', () => {
  const opened = openLog(folder, 'fatal');
  for (const code of ['store.full', 'ECONNRESET', 'ERR_TLS_CERT_ALTNAME_INVALID'])
    opened.log.info({ err: Object.assign(new Error('no'), { code }) }, 'failed');
  for (const code of ['482913', 'ABCDEF', 'E12345']) opened.log.info({ code, page: { code } }, 'pairing');
  opened.close();
  const written = readFileSync(stateFiles.log(folder), 'utf8');
  expect(written).toContain('"code":"store.full"');
  expect(written).toContain('"code":"ECONNRESET"');
  expect(written).toContain('"code":"ERR_TLS_CERT_ALTNAME_INVALID"');
  expect(written).not.toMatch(/482913|ABCDEF|E12345/);
});

describe('reading', () => {
  test('the last lines, and none where there is no log', () => {
    expect(lastLines(path, 5)).toEqual({ lines: [], end: 0 });
    writeFileSync(path, 'a\nb\nc\n');
    expect(lastLines(path, 2)).toEqual({ lines: ['b', 'c'], end: 6 });
  });

  test('following shows what is added, whole lines only, over a rotation', async () => {
    writeFileSync(path, 'old\n');
    const ending = new AbortController();
    const shown: string[] = [];
    const following = followLines(path, 4, (line) => shown.push(line), ending.signal);
    appendFileSync(path, 'one\ntw');
    await expect.poll(() => shown).toEqual(['one']);
    appendFileSync(path, 'o\nlast of the old\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'first of the new\n');
    await expect.poll(() => shown).toEqual(['one', 'two', 'last of the old', 'first of the new']);
    ending.abort();
    await following;
  });

  test('an entry as people read it, and nothing in it steers the terminal', () => {
    const entry = {
      level: 40,
      time: Date.UTC(2026, 0, 2, 3, 4, 5),
      pid: 7,
      device: 'Neo\u001b[2J',
      msg: 'gone',
    };
    expect(logLine(JSON.stringify(entry))).toBe('2026-01-02 03:04:05  WARN   gone  device=Neo\uFFFD[2J');
    expect(logLine('no json')).toBe('no json');
    expect(existsSync(path)).toBe(false);
  });
});
