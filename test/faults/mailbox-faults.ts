/**
 * The mailbox fails at each request of a sync, parts of a batch included, in every way that the service knows: the sync
 * succeeds, or fails by a name, and converges.
 */
import type { FailureSettings } from '../../demo/mailbox/failures.ts';
import { Lab } from './lab/lab.ts';
import { prepare, type Occasion } from './link.ts';
import type { Fault, FaultOutcome, FaultRun } from './series.ts';

type Action = FailureSettings['action'];

export const MAILBOX_FAULTS: Readonly<Record<string, Action>> = {
  '429': { kind: 'throttle' },
  '503': { kind: 'unavailable' },
  '412': { kind: 'conflict' },
  '410': { kind: 'gone' },
  '500': { kind: 'error' },
  timeout: { kind: 'hang' },
  reset: { kind: 'reset' },
  'lost answer': { kind: 'lostAnswer', ends: '504' },
  'lost answer, reset': { kind: 'lostAnswer', ends: 'reset' },
  'lost answer, timeout': { kind: 'lostAnswer', ends: 'hang' },
  'stale read': { kind: 'stale' },
};

async function begin(lab: Lab, occasion: Occasion): Promise<void> {
  if (occasion === 'first') {
    await lab.beginAnew();
    await lab.boot();
  } else await prepare(lab, occasion);
}

async function failOnce(lab: Lab, occasion: Occasion, number: number, action: Action): Promise<FaultOutcome> {
  await begin(lab, occasion);
  await lab.outlook.fail([{ skip: number - 1, action }]);
  const job = await lab.sync();
  if (job === 'died') throw new Error(`the bridge died:\n${lab.bridge.told}`);
  const isLeft = await lab.outlook.clearFailures();
  if (job.state === 'failed' && job.error?.code.startsWith('mailbox.') !== true) {
    throw new Error(`failed with ${JSON.stringify(job.error)}`);
  }
  await lab.converges();
  return isLeft ? 'not reached' : 'struck';
}

export async function mailboxFaults(
  run: FaultRun,
  occasion: Occasion,
  kinds: readonly (keyof typeof MAILBOX_FAULTS)[] = Object.keys(MAILBOX_FAULTS),
  open: () => Promise<Lab> = () => Lab.inStep({ handheld: '2009' }),
): Promise<void> {
  const lab = await open();
  await begin(lab, occasion);
  await lab.outlook.forget();
  await lab.synced();
  const count = (await lab.outlook.requests()).length;
  await lab.close();
  for (const kind of kinds) {
    const action = MAILBOX_FAULTS[kind];
    if (action === undefined) continue;
    const faults = Array.from({ length: count }, (_, index): Fault<number> => {
      return { name: `mailbox/${occasion}/${kind}/${index + 1}`, what: index + 1 };
    });
    await run.try({
      kind: `mailbox: ${kind} at a request`,
      faults,
      open,
      run: (bench, number) => failOnce(bench, occasion, number, action),
      width: 2,
    });
  }
}
