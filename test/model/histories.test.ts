/** A sample of the histories; `npm run test:deep` lives through 2,000. */
import { describe, it } from 'vitest';
import { checkHistories } from './histories.ts';

describe('G1 to G5 over random histories of two handhelds and Outlook', () => {
  it('hold after every sync, whatever was cut', async () => {
    await checkHistories(20);
  });
});
