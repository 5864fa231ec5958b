/** Written to Outlook; large-portraits.deep.ts has larger pictures, and reads as many from there. */
import { it } from 'vitest';
import { syncLargePortraits } from './large-portraits.ts';

it(
  'R16 twenty pictures of 700 kB reach Outlook in calls that hold some of them',
  { timeout: 60_000 },
  async () => {
    await syncLargePortraits('the device', 700_000);
  },
);
