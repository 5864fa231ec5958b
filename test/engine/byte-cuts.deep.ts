/** R2 in full: takes about a quarter of an hour alone. `npm test` runs a sample of it. */
import { describe, it } from 'vitest';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import {
  bytesOfOneRecordEachWay,
  cutEverywhere,
  measureSession,
  placeOf,
  sessionBytes,
} from './cut-bench.ts';

const LIMIT_MS = 60 * 60_000;

describe('R2 the link cut', () => {
  it(
    'at every byte of a message that carries a record of 2 kB, each way: converges',
    { timeout: LIMIT_MS },
    async () => {
      await cutEverywhere(bytesOfOneRecordEachWay(await measureSession()));
    },
  );

  it('at 200 random offsets of a session: converges', { timeout: LIMIT_MS }, async () => {
    const random = new SeededRandom(200);
    const shape = await measureSession();
    await cutEverywhere(Array.from({ length: 200 }, () => placeOf(shape, random.below(sessionBytes(shape)))));
  });
});
