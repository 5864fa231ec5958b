/** R2 in full: takes about twelve minutes. `npm test` runs a sample of it. */
import { describe, it } from 'vitest';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { bytesOfRecords, cutEverywhere, measureSession, placeOf, sessionBytes } from './cut-bench.ts';

const LIMIT_MS = 60 * 60_000;

describe('R2 the link cut', () => {
  it(
    'at every byte of the messages that carry a record of 2 kB: converges',
    { timeout: LIMIT_MS },
    async () => {
      await cutEverywhere(bytesOfRecords(await measureSession()));
    },
  );

  it('at 200 random offsets of a session: converges', { timeout: LIMIT_MS }, async () => {
    const random = new SeededRandom(200);
    const shape = await measureSession();
    await cutEverywhere(Array.from({ length: 200 }, () => placeOf(shape, random.below(sessionBytes(shape)))));
  });
});
