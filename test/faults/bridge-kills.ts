/**
 * The bridge is killed before and after each write that it makes durable, from its start to the end of a sync (reliability
 * R3): it starts again within two seconds, opens its store without help, and converges.
 */
import type { Handheld } from './lab/handheld.ts';
import { Lab, RECOVERY_MS } from './lab/lab.ts';
import { OCCASIONS, prepare, type Occasion } from './link.ts';
import { countedUp, type FaultOutcome, type FaultRun } from './series.ts';

async function killOnce(lab: Lab, occasion: Occasion, crashAt: string): Promise<FaultOutcome> {
  if (occasion === 'first') await lab.beginAnew();
  else await prepare(lab, occasion);
  const outcome = await run(lab, crashAt);
  await lab.startBridge();
  if (lab.bridge.startMs > RECOVERY_MS) {
    throw new Error(`the bridge took ${Math.round(lab.bridge.startMs)} ms to start again`);
  }
  await lab.converges();
  return outcome;
}

async function run(lab: Lab, crashAt: string): Promise<FaultOutcome> {
  try {
    await lab.startBridge({ ODS_CRASH_AT: crashAt });
  } catch (error) {
    // It died before it was ready, which is what it was told to do.
    if (String(error).includes('did not start')) return 'struck';
    throw error;
  }
  await lab.boot().catch((error: unknown) => {
    if (lab.bridge.alive) throw error;
  });
  if (!lab.bridge.alive) return 'struck';
  const job = await lab.sync();
  if (job === 'died') return 'struck';
  if (job.state !== 'ok') throw new Error(`the sync failed: ${JSON.stringify(job.error)}`);
  return 'not reached';
}

export async function bridgeKills(
  faultRun: FaultRun,
  handheld: Handheld['kind'],
  occasions: readonly Occasion[] = OCCASIONS,
  open: () => Promise<Lab> = () => Lab.inStep({ handheld }),
): Promise<void> {
  for (const occasion of occasions) {
    await faultRun.try({
      kind: 'bridge killed at a durable write',
      faults: countedUp(`bridge-kill/${handheld}/${occasion}`, (step) =>
        (['before', 'after'] as const).map((when) => [when, `${step}:${when}`] as const),
      ),
      endless: true,
      open,
      run: (lab, crashAt) => killOnce(lab, occasion, crashAt),
      width: 2,
    });
  }
}
