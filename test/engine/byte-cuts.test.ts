/** R2, a sample of it; byte-cuts.deep.ts cuts at every byte (`npm run test:deep`). */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import type { CutPlace } from '../device-2009/faults.ts';
import { bytesOfRecords, cutEverywhere, measureSession, placeOf, sessionBytes } from './cut-bench.ts';

const SEED = 2;
const IN_RECORDS = 24;
const ANYWHERE = 16;

describe('R2 the link cut inside a message', () => {
  it('that carries a record of 2 kB, and anywhere in a session: converges', { timeout: 60_000 }, async () => {
    const random = new SeededRandom(SEED);
    const shape = await measureSession();
    const records = bytesOfRecords(shape);
    expect(records.length).toBeGreaterThan(8_000);
    const some = (count: number, place: () => CutPlace): CutPlace[] => Array.from({ length: count }, place);
    await cutEverywhere([
      ...some(IN_RECORDS, () => random.pick(records)),
      ...some(ANYWHERE, () => placeOf(shape, random.below(sessionBytes(shape)))),
    ]);
  });
});
