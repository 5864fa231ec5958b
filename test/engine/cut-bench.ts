/**
 * A session with additions, edits and removals on both sides whose link is cut at a given place, over and over
 * (reliability R2). Several benches run at once, since a sync mostly waits for the device's small writes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CutDirection, CutPlace } from '../device-2009/faults.ts';
import { inParallel } from '../support/in-parallel.ts';
import { canonicalText, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const DIRECTIONS = ['to-device', 'from-device'] as const;

/** Lines of the session that are longer than this carry a record. */
const RECORD_LINE_BYTES = 2_000;
/** Sessions of one rig, before its records and history make it slow. */
const ROUNDS = 40;
const BENCHES = 8;
/** Sessions in which a cut may turn out to be elsewhere than where it should be. */
const TRIES = 5;
/** A cut is to be told within this time (reliability R1), in ms. */
const TOLD_MS = 5_000;
/** How long a session's last words may take, in ms. */
const QUIET_MS = 2_000;

/** A record as one side of the bench made it. */
interface Made {
  readonly id: string;
  readonly name: string;
}

/** Length in bytes of each line of a session, its line feed included. */
export type SessionShape = Readonly<Record<CutDirection, readonly number[]>>;

export class CutBench {
  readonly rig: SyncRig;
  /** Notes by first name: what both sides shall hold. */
  readonly #expected = new Map<string, string>();
  readonly #onDevice: Made[] = [];
  readonly #inOutlook: Made[] = [];
  #made = 0;
  #notes = 0;

  private constructor(rig: SyncRig) {
    this.rig = rig;
  }

  /** Both sides in step, with two records of each side's own. */
  static async start(): Promise<CutBench> {
    const bench = new CutBench(await startRig());
    for (let n = 0; n < 2; n += 1) bench.#add();
    await bench.rig.synced();
    return bench;
  }

  /** What the next session would look like on the wire; carries it out. */
  async shape(): Promise<SessionShape> {
    this.#change();
    await this.#quiet();
    this.rig.device.clearLog();
    await this.rig.synced();
    await this.#quiet();
    const lengths = (direction: CutDirection): number[] =>
      this.rig.device.wire.filter((entry) => entry.direction === direction).map(({ length }) => length + 1);
    return { 'to-device': lengths('to-device'), 'from-device': lengths('from-device') };
  }

  /** One session cut at that place, and what follows. Rejects with what went wrong. */
  async round(cut: CutPlace): Promise<void> {
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const there = await this.#cutSession(cut);
        // What is done after a cut counts as well.
        this.#edit();
        await this.#converge();
        if (there) return;
      }
      throw new Error(`was elsewhere ${TRIES} times`);
    } catch (error) {
      throw new Error(`cut at ${JSON.stringify(cut)}: ${String(error)}`, { cause: error });
    }
  }

  /**
   * The cut is told in time, and neither side has anything but whole records, old or new. Tells whether it was where it
   * should be: answers and messages may come in another order than in the session that was measured.
   */
  async #cutSession(cut: CutPlace): Promise<boolean> {
    const { rig } = this;
    const before = this.#texts();
    this.#change();
    const whole = new Set([...before, ...this.#texts()]);
    const connection = await this.#quiet();
    rig.device.clearLog();
    rig.device.cutAt(cut);
    const began = performance.now();
    const job = await rig.sync();
    must(performance.now() - began < TOLD_MS, 'the cut was told too late');
    // The session's last words are still on their way when it has ended; a cut in them is no failure.
    for (let waited = 0; rig.device.cutPending; waited += 1) {
      must(waited < QUIET_MS, 'the link was not cut');
      await delay(1);
    }
    const there = this.#cutWasThere(cut, connection);
    if (job.state === 'failed')
      must((job.error?.code ?? '').startsWith('link.'), `failed with ${job.error?.code}`);
    const seen = [...rig.deviceRecords(), ...(await rig.outlookRecords())];
    must(
      seen.every((text) => whole.has(text)),
      'half a record was stored',
    );
    return there;
  }

  /** One undisturbed sync puts everything right, and the next one has nothing to do. */
  async #converge(): Promise<void> {
    const { rig } = this;
    await rig.synced();
    const texts = this.#texts();
    same(rig.deviceRecords(), texts, 'the device');
    same(await rig.outlookRecords(), texts, 'Outlook');
    await rig.idle();
    must(rig.device.crashed === undefined, `the device died: ${rig.device.crashed}`);
  }

  /** Waits until the device has answered the last session's last words; tells the connection's number. */
  async #quiet(): Promise<number | undefined> {
    for (let waited = 0; waited < QUIET_MS; waited += 1) {
      const [last, answer] = this.rig.device.wire.slice(-2);
      if (last?.message === 'syncEnd()' && answer?.line.startsWith('200')) return answer.connection;
      await delay(1);
    }
    throw new Error('the last session never ended');
  }

  /** An addition, an edit and a removal on each side. */
  #change(): void {
    this.#add();
    const ours = this.#onDevice.shift();
    const theirs = this.#inOutlook.shift();
    if (ours === undefined || theirs === undefined) throw new Error('too few records');
    this.rig.device.remove(ours.id);
    this.rig.mailbox.admin.remove(USER, theirs.id);
    for (const { name } of [ours, theirs]) this.#expected.delete(name);
    this.#edit();
  }

  #edit(): void {
    const [[ours], [theirs]] = [this.#onDevice, this.#inOutlook];
    if (ours === undefined || theirs === undefined) throw new Error('too few records');
    this.rig.device.edit(ours.id, { Notes: this.#note(ours.name) });
    this.rig.mailbox.admin.edit(USER, theirs.id, { personalNotes: this.#note(theirs.name) });
  }

  #add(): void {
    this.#made += 1;
    const [ours, theirs] = [`Device ${this.#made}`, `Outlook ${this.#made}`];
    this.#onDevice.push({
      id: this.rig.device.add({ FirstName: ours, Notes: this.#note(ours) }),
      name: ours,
    });
    const contact = { givenName: theirs, personalNotes: this.#note(theirs) };
    const [item] = this.rig.mailbox.admin.seed(USER, [{ contact }]);
    this.#inOutlook.push({ id: item?.id ?? '', name: theirs });
  }

  /** A new text that makes its record about 2 kB long. */
  #note(name: string): string {
    this.#notes += 1;
    const text = `${name}, note ${String(this.#notes).padStart(4, '0')} – Grüße `.repeat(30).trimEnd();
    this.#expected.set(name, text);
    return text;
  }

  #texts(): readonly string[] {
    return [...this.#expected].map(([FirstName, Notes]) => canonicalText({ FirstName, Notes })).sort();
  }

  /** So many whole lines have passed; the one that the cut is in, none of the device's own, is not logged. */
  #cutWasThere({ direction, lines }: CutPlace, connection: number | undefined): boolean {
    const passed = this.rig.device.wire.filter(
      (entry) => entry.connection === connection && entry.direction === direction,
    );
    return passed.length >= lines && passed.length <= lines + 1;
  }
}

/** Before the first line and after each one, in one direction. */
export function afterEachLine(shape: SessionShape, direction: CutDirection): CutPlace[] {
  return Array.from({ length: shape[direction].length + 1 }, (_, lines) => ({ direction, lines, bytes: 0 }));
}

/** Every byte of the lines that carry a record, from before the first to behind the last. */
export function bytesOfRecords(shape: SessionShape): CutPlace[] {
  return DIRECTIONS.flatMap((direction) =>
    recordLines(shape, direction).flatMap((line) => bytesOfLine(shape, direction, line)),
  );
}

/** Every byte of the first such line in each direction. */
export function bytesOfOneRecordEachWay(shape: SessionShape): CutPlace[] {
  return DIRECTIONS.flatMap((direction) =>
    recordLines(shape, direction)
      .slice(0, 1)
      .flatMap((line) => bytesOfLine(shape, direction, line)),
  );
}

/** Numbers of the lines. */
function recordLines(shape: SessionShape, direction: CutDirection): readonly number[] {
  return [...shape[direction].keys()].filter((line) => (shape[direction][line] ?? 0) >= RECORD_LINE_BYTES);
}

function bytesOfLine(shape: SessionShape, direction: CutDirection, lines: number): readonly CutPlace[] {
  const length = shape[direction][lines] ?? 0;
  return Array.from({ length: length + 1 }, (_, bytes) => ({ direction, lines, bytes }));
}

/** A place by its offset in all that the session moves, first to the device, then from it. */
export function placeOf(shape: SessionShape, offset: number): CutPlace {
  let left = offset;
  for (const direction of DIRECTIONS) {
    for (const [lines, length] of shape[direction].entries()) {
      if (left < length) return { direction, lines, bytes: left };
      left -= length;
    }
  }
  throw new RangeError(`the session has no byte ${offset}`);
}

export function sessionBytes(shape: SessionShape): number {
  return [...shape['to-device'], ...shape['from-device']].reduce((sum, length) => sum + length, 0);
}

/** A session's shape, from a bench of its own. */
export async function measureSession(): Promise<SessionShape> {
  const bench = await CutBench.start();
  try {
    return await bench.shape();
  } finally {
    await bench.rig.close();
  }
}

/** Cuts a session at each of these places; rejects with the first that does not converge. */
export async function cutEverywhere(cuts: readonly CutPlace[]): Promise<void> {
  const rounds = Math.min(ROUNDS, Math.ceil(cuts.length / BENCHES));
  const parts = Array.from({ length: Math.ceil(cuts.length / rounds) }, (_, part) =>
    cuts.slice(part * rounds, (part + 1) * rounds),
  );
  await inParallel(parts, BENCHES, async (part) => {
    const bench = await CutBench.start();
    try {
      for (const cut of part) await bench.round(cut);
    } finally {
      await bench.rig.close();
    }
  });
}

function same(actual: readonly string[], expected: readonly string[], side: string): void {
  const different = actual.findIndex((text, index) => text !== expected[index]);
  const shown = different === -1 ? '' : `, among them ${actual[different]?.slice(0, 80) ?? ''}`;
  must(
    actual.length === expected.length && different === -1,
    `${side} holds ${actual.length} records instead of ${expected.length}${shown}`,
  );
}

function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
