/** What a person chooses for syncs that nobody asks for, at the terminal. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCliBench, type CliBench } from '../../test/support/cli-bench.ts';
import type { RecordedIo } from '../../test/support/recorded-io.ts';

let bench: CliBench;
let io: RecordedIo;
beforeEach(async () => {
  bench = await startCliBench();
  io = bench.io;
});
afterEach(() => bench.stop());

const run = (...args: string[]): Promise<number> => bench.run('unattended', ...args);

test('is off until it is chosen, and says how', async () => {
  expect(await run()).toBe(0);
  expect(io.printed).toContain('Nothing is synced by itself');
  expect(io.printed).toContain('unattended on');
});

test('what is left out stays', async () => {
  expect(await run('on', '--quiet', '22:00-07:00', '--every', '30')).toBe(0);
  expect(io.printed).toContain('when a device connects, every 30 minutes');
  expect(io.printed).toContain('not from 22:00 to 07:00');
  await run('on', '--no-on-connect', '--every', '0');
  expect(bench.service.unattended).toMatchObject({
    on: true,
    onConnect: false,
    everyMinutes: null,
    quiet: { from: '22:00', to: '07:00' },
  });
  await run('off');
  expect(bench.service.unattended).toMatchObject({ on: false, onConnect: false });
});

test.each([
  ['--quiet', '25:00-07:00'],
  ['--quiet', '22:00'],
  ['--every', '3'],
  ['--every', 'often'],
])('%s %s is refused', async (...args) => {
  expect(await run('on', ...args)).toBe(2);
  expect(bench.service.unattended.on).toBe(false);
});

test('without an app registration nobody can sign in, and that is said', async () => {
  expect(await run('sign-in')).toBe(1);
  expect(io.complained).toMatch(/registration|set up|configur/i);
});
