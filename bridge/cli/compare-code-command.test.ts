/** The code of a device that is met for the first time, at the terminal. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCliBench, type CliBench } from '../../test/support/cli-bench.ts';
import type { RecordedIo } from '../../test/support/recorded-io.ts';
import { sampleJob } from '../../test/support/sample-job.ts';

let bench: CliBench;
let io: RecordedIo;
beforeEach(async () => {
  bench = await startCliBench();
  io = bench.io;
  bench.service.deviceList = [
    { name: 'Neo', link: 'tcp 10.0.0.2:4245', state: 'waiting-for-code', code: '012345', lastSync: null },
    { name: 'Old', link: 'tcp 10.0.0.3:4245', state: 'connected', protection: 'none', lastSync: null },
  ];
});
afterEach(() => bench.stop());

const run = (...args: string[]): Promise<number> => bench.run(...args);

test('devices shows what is unprotected, and what has to be done about a code', async () => {
  expect(await run('devices')).toBe(0);
  expect(io.printed).toContain('connected, UNPROTECTED');
  expect(io.printed).toContain('Neo has to show the code 012345');
  expect(io.printed).toContain('devices --compare Neo --code 012345');
});

test.each([
  [true, 0, '012345'],
  [false, 1, null],
])('devices --compare asks; the answer %s is told to the bridge', async (answer, exitCode, code) => {
  io.answers = [answer];
  expect(await run('devices', '--compare', 'Neo')).toBe(exitCode);
  expect(bench.service.compared).toEqual([['Neo', code]]);
});

test('with --code nobody is asked, and a device without a code is told so', async () => {
  expect(await run('devices', '--compare', 'Neo', '--code', '99 99 99')).toBe(0);
  expect(bench.service.compared).toEqual([['Neo', '99 99 99']]);
  expect(await run('devices', '--compare', 'Old')).toBe(1);
  expect(io.complained).toContain('No code of this device waits');
});

test('consent is given and taken back', async () => {
  await run('devices', '--allow-unprotected', 'Old');
  expect(bench.service.unprotected.get('Old')).toBe(true);
  expect(io.printed).toContain('can read and change');
  await run('devices', '--require-protection', 'Old');
  expect(bench.service.unprotected.get('Old')).toBe(false);
});

test.each([
  ['at a terminal sync asks', ['yes'], [['Neo', '012345']]],
  ['elsewhere it says what to do', undefined, []],
])('%s', async (_where, choices, compared) => {
  if (choices !== undefined) io.choices = choices;
  bench.service.onStart = () => {
    setTimeout(() => bench.service.tell({ event: 'devices' }), 20);
    setTimeout(() => bench.service.tell({ event: 'job', job: sampleJob }), 300);
    return 'job-1';
  };
  expect(await run('sync')).toBe(0);
  expect(io.complained).toContain('012345');
  await expect.poll(() => bench.service.compared).toEqual(compared);
});
