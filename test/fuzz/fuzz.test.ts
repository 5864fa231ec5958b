/** A moment of what test:deep does for longer, and proof that the search is led by what was reached (R19). */
import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { pureTargets, withHttpTarget } from './targets.ts';
import { guarded } from './guarded.ts';

test.each(pureTargets.map((target) => [target.name, target] as const))('%s', async (_name, target) => {
  const outcome = await fuzz(target, 1, (inputs) => inputs >= 320);
  expect(outcome.kept).toBeGreaterThan(target.seeds.length);
});

test('HTTP requests', () =>
  withHttpTarget(async (target) => {
    const outcome = await fuzz(target, 1, (inputs) => inputs >= 64);
    // Which parts are reached first depends on what the server does meanwhile; that new ones are does not.
    expect(outcome.kept).toBeGreaterThan(target.seeds.length);
    expect(outcome.parts).toBeGreaterThan(outcome.kept);
  }));

test('what lies behind several conditions is found, and its input is told', async () => {
  const target = {
    name: 'guarded',
    folders: ['/test/fuzz/guarded'],
    seeds: [Buffer.from('....')],
    words: ['.'],
  };
  const search = fuzz({ ...target, run: guarded }, 3, (inputs) => inputs >= 400_000);
  await expect(search).rejects.toThrow(/fails at the input QlVH/);
});
