/** The file of tokens: nothing of it can be read or changed without its key. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSealed, writeSealed } from './sealed-cache.ts';

let folder: string;
let file: { path: string; key: Buffer };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-'));
  file = { path: join(folder, 'tokens.bin'), key: randomBytes(32) };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is read with its key only, holds no word of it in the clear, and is this user’s alone', async () => {
  await writeSealed(file, '{"secret":"refresh-token-of-anna"}');
  expect(await readSealed(file)).toBe('{"secret":"refresh-token-of-anna"}');
  expect(readFileSync(file.path).includes('refresh')).toBe(false);
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['tokens.bin']);
  expect(await readSealed({ ...file, key: randomBytes(32) })).toBeUndefined();
});

it('that is missing, cut or changed anywhere counts as none', async () => {
  expect(await readSealed(file)).toBeUndefined();
  await writeSealed(file, 'tokens');
  const sealed = readFileSync(file.path);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = changed[at]! ^ 1;
    writeFileSync(file.path, changed);
    expect(await readSealed(file)).toBeUndefined();
    writeFileSync(file.path, sealed.subarray(0, at));
    expect(await readSealed(file)).toBeUndefined();
  }
});
