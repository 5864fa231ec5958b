import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { supervise } from './supervisor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const starts = (): number => readFileSync(join(folder, 'starts'), 'utf8').length;

/** Notes each start and ends with these codes, one after the other. */
function bridgeEnding(...codes: number[]) {
  writeFileSync(join(folder, 'starts'), '');
  const program = join(folder, 'bridge.mjs');
  writeFileSync(
    program,
    `import { appendFileSync, readFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(join(folder, 'starts'))}, '.');
     const code = ${JSON.stringify(codes)}[readFileSync(${JSON.stringify(join(folder, 'starts'))}).length - 1];
     if (code === undefined) setInterval(() => undefined, 1000); else process.exit(code);`,
  );
  return { program: process.execPath, args: [program], final: [0, 2, 4], firstDelayMs: 1 };
}

describe('the supervisor', () => {
  test('starts a bridge again that failed, until it ends as it was told to', async () => {
    expect(await supervise(bridgeEnding(1, 1, 0), new AbortController().signal)).toBe(0);
    expect(starts()).toBe(3);
  });

  test.each([2, 4])('does not start it again where that would be of no use: exit code %i', async (code) => {
    expect(await supervise(bridgeEnding(code), new AbortController().signal)).toBe(code);
    expect(starts()).toBe(1);
  });

  test('ends the bridge when it is ended itself', async () => {
    const ending = new AbortController();
    const running = supervise(bridgeEnding(), ending.signal);
    await expect.poll(starts).toBe(1);
    ending.abort();
    expect(await running).toBe(1);
    expect(starts()).toBe(1);
  });
});
