/** More than an answer may hold, both ways: calls that write, and pages of a mailbox. */
import { it } from 'vitest';
import { syncLargePortraits } from './large-portraits.ts';

it('R16 twenty pictures of 3 MB from each side reach the other', { timeout: 600_000 }, async () => {
  await syncLargePortraits('both sides', 3_000_000);
});
