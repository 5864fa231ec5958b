/** A few faults of each kind; all of them are `npm run test:faults` (docs/testing.md). */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { bridgeKills } from './bridge-kills.ts';
import { hostFaults } from './host-faults.ts';
import { Lab } from './lab/lab.ts';
import { linkCuts } from './link.ts';
import { mailboxFaults } from './mailbox-faults.ts';
import { FaultRun } from './series.ts';

const LIMIT_MS = 120_000;

describe('real processes, and faults between them', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.inStep({ handheld: '2009', datasets: ['contacts'] });
    lab.isShared = true;
  }, LIMIT_MS);
  afterAll(() => lab.end());
  const open = (): Promise<Lab> => Promise.resolve(lab);
  const some = (stride: number, limit: number): FaultRun => new FaultRun({ stride, limit, from: stride - 1 });

  it('R1 the link cut', { timeout: LIMIT_MS }, () => linkCuts(some(23, 2), '2009', 'later', open));
  it('R3 the bridge killed', { timeout: LIMIT_MS }, () => bridgeKills(some(11, 1), '2009', ['later'], open));
  it('R1 the Outlook host killed', { timeout: LIMIT_MS }, () =>
    hostFaults(some(9, 1), 'later', ['kill-before'], open),
  );
  it('R1 an answer of the mailbox lost', { timeout: LIMIT_MS }, () =>
    mailboxFaults(some(3, 1), 'later', ['lost answer'], open),
  );
});
