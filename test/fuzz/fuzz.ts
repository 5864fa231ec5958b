/**
 * Coverage-guided fuzzing (spec: reliability R19): an input that reaches what none has reached before is kept and changed
 * further. An input fails by what the target throws and by taking longer than a second.
 */
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { Coverage } from './coverage.ts';

export interface FuzzTarget {
  readonly name: string;
  /** Where its sources are, `/qdsync/`. */
  readonly folders: readonly string[];
  readonly seeds: readonly Buffer[];
  /** Pieces that mean something to it. */
  readonly words: readonly string[];
  /** Throws only where the target is wrong. */
  readonly run: (input: Buffer) => void | Promise<void>;
}

export interface FuzzOutcome {
  readonly inputs: number;
  /** Those that reached something new, the seeds among them. */
  readonly kept: number;
  /** Functions and blocks that were reached. */
  readonly parts: number;
}

const MAX_INPUT_BYTES = 16 * 1024;
const MAX_KEPT = 5_000;
const SLOWEST_MS = 1_000;
/** Looking at the coverage costs more than an input does. */
const BATCH = 32;

/** Runs until `isOver`; the same seed makes the same first inputs. Rejects with the input that fails, as base64. */
export async function fuzz(
  target: FuzzTarget,
  seed: number,
  isOver: (inputs: number) => boolean,
): Promise<FuzzOutcome> {
  const random = new SeededRandom(seed);
  const coverage = new Coverage(target.folders);
  const kept: Buffer[] = [];
  let inputs = 0;

  try {
    for (const input of target.seeds) {
      await runOne(target, input);
      coverage.look({ remember: true });
      kept.push(input);
    }
    while (!isOver(inputs)) {
      const batch = Array.from({ length: BATCH }, () => mutate(random, kept, target.words));
      for (const input of batch) await runOne(target, input);
      inputs += batch.length;
      if (!coverage.look({ remember: false })) continue;
      for (const input of batch) {
        await runOne(target, input);
        if (coverage.look({ remember: true }) && kept.length < MAX_KEPT) kept.push(input);
      }
    }
  } finally {
    coverage.stop();
  }
  return { inputs, kept: kept.length, parts: coverage.steps };
}

async function runOne({ name, run }: FuzzTarget, input: Buffer): Promise<void> {
  const from = performance.now();
  let problem: unknown;
  try {
    await run(input);
    const ms = performance.now() - from;
    if (ms > SLOWEST_MS) problem = new Error(`took ${Math.round(ms)} ms`);
  } catch (error) {
    problem = error;
  }
  if (problem !== undefined)
    throw new Error(`${name} fails at the input ${input.toString('base64')}`, { cause: problem });
}

/** One to eight changes to an input that was kept. */
export function mutate(random: SeededRandom, kept: readonly Buffer[], words: readonly string[]): Buffer {
  let input = random.pick(kept);
  for (let changes = 1 + random.below(8); changes > 0; changes -= 1)
    input = random.pick(changesOf)(random, input, random.pick(kept), words);
  return input.subarray(0, MAX_INPUT_BYTES);
}

type Change = (random: SeededRandom, input: Buffer, other: Buffer, words: readonly string[]) => Buffer;

const put = (input: Buffer, at: number, piece: Uint8Array, instead: number): Buffer =>
  Buffer.concat([input.subarray(0, at), piece, input.subarray(at + instead)]);

const changesOf: readonly Change[] = [
  // A bit, a byte, some bytes gone, some twice, some of another input, a word, a word in place of as much.
  (random, input) => {
    const changed = Buffer.from(input);
    const at = random.below(Math.max(1, changed.length));
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  (random, input) =>
    put(input, random.below(input.length + 1), Buffer.from([random.below(256)]), random.below(2)),
  (random, input) =>
    put(
      input,
      random.below(input.length + 1),
      Buffer.alloc(0),
      1 + random.below(Math.max(1, input.length >> 2)),
    ),
  (random, input) => {
    const at = random.below(input.length + 1);
    return put(input, at, input.subarray(at, at + 1 + random.below(200)), 0);
  },
  (random, input, other) => {
    const from = random.below(other.length + 1);
    return put(input, random.below(input.length + 1), other.subarray(from, from + random.below(400)), 0);
  },
  (random, input, _other, words) =>
    put(input, random.below(input.length + 1), Buffer.from(random.pick(words)), 0),
  (random, input, _other, words) => {
    const word = Buffer.from(random.pick(words));
    return put(input, random.below(input.length + 1), word, word.length);
  },
];
