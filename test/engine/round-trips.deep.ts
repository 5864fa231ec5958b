/** R16 with ten thousand random contacts; `npm test` takes fewer. */
import { describe, it } from 'vitest';
import { randomRoundTrips } from './random-round-trips.ts';

describe('R16 two round trips', () => {
  it('leave every field of 10,000 random contacts as it was', { timeout: 60 * 60_000 }, async () => {
    await randomRoundTrips({ records: 10_000, trips: 2 });
  });
});
