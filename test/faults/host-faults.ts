/**
 * The Outlook host is killed at each HTTP call that it makes to the bridge and to Graph: the sync waits, another host takes
 * over, and the sync succeeds. And what a network does to a call (reliability R15): its answer lost, the call made twice,
 * the answer come when the lease is over.
 */
import type { CallFault } from './programs/host-faults.ts';
import { Lab } from './lab/lab.ts';
import { prepare, type Occasion } from './link.ts';
import { countedUp, type FaultOutcome, type FaultRun } from './series.ts';

async function faultOnce(
  lab: Lab,
  occasion: Occasion,
  fault: { readonly call: number; readonly what: CallFault },
): Promise<FaultOutcome> {
  if (occasion === 'first') {
    await lab.beginAnew();
    await lab.startBridge();
  } else await prepare(lab, occasion);
  const host = await lab.startHost(fault);
  const kills = fault.what === 'kill-before' || fault.what === 'kill-after';
  let isWatched = kills;
  let replaced: Promise<unknown> | undefined;
  if (host === 'died') await lab.startHost();
  else {
    void host.ended.then(() => {
      if (!isWatched) return;
      replaced = lab.startHost();
      // It is waited for below, when the sync is over.
      replaced.catch(() => undefined);
    });
  }
  const job = await lab.sync();
  isWatched = false;
  await replaced;
  if (job === 'died') throw new Error(`the bridge died:\n${lab.bridge.told}`);
  // A host that is replaced must not be noticed; what a network does to a call may end a sync, by a name.
  const isNamed = !kills && job.error?.code.startsWith('mailbox.') === true;
  if (job.state !== 'ok' && !isNamed) throw new Error(`the sync failed: ${JSON.stringify(job.error)}`);
  const isReached = host === 'died' || host.calls.length >= fault.call;
  const isStruck = host === 'died' || (kills ? !host.alive : isReached);
  // Its fault must not come now, in what has to be undisturbed.
  if (!isStruck) await lab.startHost();
  await lab.boot();
  await lab.converges();
  if (isStruck) return 'struck';
  return isReached ? 'no occasion' : 'not reached';
}

export async function hostFaults(
  run: FaultRun,
  occasion: Occasion,
  kinds: readonly CallFault[],
  open: () => Promise<Lab> = () => Lab.inStep({ handheld: '2009' }),
): Promise<void> {
  for (const what of kinds) {
    await run.try({
      kind: `Outlook host: ${what} at an HTTP call`,
      faults: countedUp(`host/${occasion}/${what}`, (call) => [['call', { call, what }]]),
      endless: true,
      open,
      run: (lab, fault) => faultOnce(lab, occasion, fault),
      // A dead host's lease has to run out, which is nothing but waiting.
      width: 4,
    });
  }
}
