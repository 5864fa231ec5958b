/** A sample of the planner's histories; `npm run test:deep` goes through 100,000. */
import { describe, it } from 'vitest';
import { checkPairHistories, checkPairHistory } from './pair-histories.ts';

describe('R11 G3 histories of one pair through the planner', () => {
  it('come to rest with equal sides, whatever was refused or rolled back', () => {
    checkPairHistories(1_000);
  });

  it('[SYNC-2] come to rest where both sides took up the other’s value while it waited for a person', () => {
    const title = (JobTitle: string) => ({ FirstName: 'Ada', JobTitle });
    const edit = (side: 'device' | 'mailbox', to: string) => ({ deed: 'edit', side, to: title(to) }) as const;
    const sync = { deed: 'sync', policy: 'ask', mode: 'two-way', device: 'done', mailbox: true } as const;
    const deeds = [
      edit('mailbox', 'Cook'),
      edit('device', 'Analyst'),
      sync,
      edit('device', 'Cook'),
      edit('mailbox', 'Analyst'),
    ];
    checkPairHistory({ FirstName: 'Ada' }, deeds, 'device');
  });
});
