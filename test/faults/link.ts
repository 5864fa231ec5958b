/**
 * The link is cut at every line in either direction, login included, and at random bytes: in a first sync, and in a later
 * one with additions, edits and removals on both sides (reliability R1, R2).
 */
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import type { CutDirection, CutPlace } from '../device-2009/faults.ts';
import { afterEachLine, placeOf, sessionBytes, type SessionShape } from '../engine/cut-bench.ts';
import type { Handheld } from './lab/handheld.ts';
import { Lab } from './lab/lab.ts';
import type { Fault, FaultOutcome, FaultRun } from './series.ts';

export type Occasion = 'first' | 'later';
export const OCCASIONS: readonly Occasion[] = ['first', 'later'];
export const DIRECTIONS: readonly CutDirection[] = ['to-device', 'from-device'];

/** Records that a mailbox keeps from one first sync to the next. */
const KEPT = 12;
/** A cut is to be told within this time (reliability R1), in ms. */
const TOLD_MS = 5_000;
const RANDOM_BYTES = 200;

/** What is on both sides before the sync that is going to be cut. */
export async function prepare(lab: Lab, occasion: Occasion): Promise<void> {
  if (occasion === 'first') {
    await lab.story.prune(KEPT);
    await lab.replaceHandheld();
    await lab.story.newHandheld();
  } else {
    await lab.story.change();
    await lab.quiet();
  }
  lab.relay.forget();
}

/** What passes on the link, login included where the device is new. */
export async function measure(lab: Lab, occasion: Occasion): Promise<SessionShape> {
  await prepare(lab, occasion);
  await lab.synced();
  await lab.quiet();
  const shape = structuredClone(lab.relay.shape);
  await lab.converges();
  return shape;
}

/** Waits until the cut has happened; the last words of a session are still on their way when it has ended. */
export async function struck(lab: Lab): Promise<boolean> {
  for (let waited = 0; waited < 100 && lab.relay.struckAt === undefined; waited += 5) await delay(5);
  return lab.relay.struckAt !== undefined;
}

async function cutOnce(lab: Lab, occasion: Occasion, place: CutPlace): Promise<FaultOutcome> {
  await prepare(lab, occasion);
  lab.relay.cutAt(place);
  const job = await lab.sync();
  const toldAt = performance.now();
  if (job === 'died') throw new Error(`the bridge died:\n${lab.bridge.told}`);
  const isStruck = await struck(lab);
  if (job.state === 'failed') {
    if (job.error?.code.startsWith('link.') !== true) throw new Error(`failed with ${job.error?.code}`);
    if (toldAt - (lab.relay.struckAt ?? toldAt) > TOLD_MS) throw new Error('the cut was told too late');
  } else if (job.state !== 'ok') throw new Error(`the sync was ${job.state}`);
  // What is done after a cut counts as well.
  if (occasion === 'later') await lab.story.edit();
  await lab.converges();
  return isStruck ? 'struck' : 'not reached';
}

/** The lab that there is already, and from then on new ones. */
export function firstly(lab: Lab, open: () => Promise<Lab>): () => Promise<Lab> {
  let isTaken = false;
  return () => {
    if (isTaken && !lab.isShared) return open();
    isTaken = true;
    return Promise.resolve(lab);
  };
}

export async function linkCuts(
  run: FaultRun,
  handheld: Handheld['kind'],
  occasion: Occasion,
  open: () => Promise<Lab> = () => Lab.inStep({ handheld, datasets: ['contacts'] }),
): Promise<void> {
  const lab = await open();
  const shape = await measure(lab, occasion);
  const name = `link/${handheld}/${occasion}`;
  const atLines = DIRECTIONS.flatMap((direction): Fault<CutPlace>[] =>
    afterEachLine(shape, direction)
      .slice(0, -1)
      .map((place) => ({ name: `${name}/line/${direction}/${place.lines}`, what: place })),
  );
  const random = new SeededRandom(200);
  const atBytes = Array.from({ length: RANDOM_BYTES }, (): Fault<CutPlace> => {
    const offset = random.below(sessionBytes(shape));
    return { name: `${name}/byte/${offset}`, what: placeOf(shape, offset) };
  });
  const each = (bench: Lab, place: CutPlace): Promise<FaultOutcome> => cutOnce(bench, occasion, place);
  await run.try({ kind: 'link cut at a line', faults: atLines, open: firstly(lab, open), run: each });
  // Bytes at random are a matter of the later sync: it has every kind of message.
  if (occasion === 'later') await run.try({ kind: 'link cut at a byte', faults: atBytes, open, run: each });
}
