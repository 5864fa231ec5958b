/** Our device agent is killed at every message, in either direction (reliability R1): its records survive, and converge. */
import type { CutPlace } from '../device-2009/faults.ts';
import { afterEachLine } from '../engine/cut-bench.ts';
import { Lab } from './lab/lab.ts';
import { DIRECTIONS, firstly, measure, OCCASIONS, prepare, struck, type Occasion } from './link.ts';
import type { Fault, FaultOutcome, FaultRun } from './series.ts';

async function killOnce(lab: Lab, occasion: Occasion, place: CutPlace): Promise<FaultOutcome> {
  const handheld = lab.ours;
  await prepare(lab, occasion);
  lab.relay.cutAt(place, () => handheld.strike());
  const job = await lab.sync();
  if (job === 'died') throw new Error(`the bridge died:\n${lab.bridge.told}`);
  const isStruck = await struck(lab);
  if (job.state === 'failed' && job.error?.code.startsWith('link.') !== true) {
    throw new Error(`failed with ${job.error?.code}`);
  }
  await handheld.kill();
  await handheld.start();
  await lab.converges();
  return isStruck ? 'struck' : 'not reached';
}

export async function deviceKills(run: FaultRun): Promise<void> {
  const open = (): Promise<Lab> => Lab.inStep({ handheld: 'ours', datasets: ['contacts'] });
  for (const occasion of OCCASIONS) {
    const lab = await open();
    const shape = await measure(lab, occasion);
    const faults = DIRECTIONS.flatMap((direction): Fault<CutPlace>[] =>
      afterEachLine(shape, direction)
        .slice(0, -1)
        .map((place) => ({ name: `device-kill/${occasion}/${direction}/${place.lines}`, what: place })),
    );
    await run.try({
      kind: 'device agent killed at a message',
      faults,
      open: firstly(lab, open),
      run: (bench, place) => killOnce(bench, occasion, place),
    });
  }
}
