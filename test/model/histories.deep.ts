/** 2,000 histories of the whole engine; a failure prints its seed. */
import { describe, it } from 'vitest';
import { checkHistories } from './histories.ts';

describe('G1 to G5 over random histories of two handhelds and Outlook', () => {
  it('hold after every sync, whatever was cut', { timeout: 3_600_000 }, async () => {
    await checkHistories(2_000);
  });
});
