/** Each target for FUZZ_SECONDS, a minute by default; a nightly run gives each an hour: FUZZ_SECONDS=3600 (R19). */
import { expect, test } from 'vitest';
import { fuzz, type FuzzTarget } from './fuzz.ts';
import { pureTargets, withHttpTarget } from './targets.ts';

const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
const timeout = (seconds + 60) * 1000;

async function run(target: FuzzTarget): Promise<void> {
  const until = performance.now() + seconds * 1000;
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
  const outcome = await fuzz(target, seed, () => performance.now() >= until);
  process.stdout.write(`${target.name}, seed ${seed}: ${JSON.stringify(outcome)}\n`);
  expect(outcome.inputs).toBeGreaterThan(100);
}

for (const target of pureTargets) test(target.name, { timeout }, () => run(target));
test('HTTP requests', { timeout }, () => withHttpTarget(run));
