/** 100,000 histories of one pair; a failure prints its seed. */
import { describe, it } from 'vitest';
import { checkPairHistories } from './pair-histories.ts';

describe('R11 G3 histories of one pair through the planner', () => {
  it('come to rest with equal sides, whatever was refused or rolled back', { timeout: 3_600_000 }, () => {
    checkPairHistories(100_000);
  });
});
