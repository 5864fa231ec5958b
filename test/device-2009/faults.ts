/** Cuts the link at an exact place: after so many bytes or lines, in one direction (spec: reliability R1, R2). */

export type CutDirection = 'to-device' | 'from-device';
export type CutUnit = 'bytes' | 'lines';

interface Plan {
  readonly direction: CutDirection;
  readonly unit: CutUnit;
  left: number;
}

/** How much of a chunk passes, and whether the link is cut behind it. */
export interface Passage {
  readonly bytes: Buffer;
  readonly cut: boolean;
}

export class Faults {
  #plan: Plan | undefined;

  /** Cuts once, after `count` more bytes or lines; what lies behind the cut is never seen by anyone. */
  cutAfter(count: number, unit: CutUnit, direction: CutDirection): void {
    this.#plan = { direction, unit, left: count };
  }

  /** Whether a cut is planned that has not happened. */
  get pending(): boolean {
    return this.#plan !== undefined;
  }

  /** Takes a cut back. */
  clear(): void {
    this.#plan = undefined;
  }

  /** Lets bytes pass up to the cut. */
  pass(bytes: Buffer, direction: CutDirection): Passage {
    const plan = this.#plan;
    if (plan?.direction !== direction) return { bytes, cut: false };
    const end = plan.unit === 'bytes' ? this.#passBytes(plan, bytes) : this.#passLines(plan, bytes);
    const cut = plan.left === 0;
    if (cut) this.#plan = undefined;
    return { bytes: bytes.subarray(0, end), cut };
  }

  #passBytes(plan: Plan, bytes: Buffer): number {
    const end = Math.min(plan.left, bytes.length);
    plan.left -= end;
    return end;
  }

  #passLines(plan: Plan, bytes: Buffer): number {
    let end = 0;
    while (plan.left > 0) {
      const lineFeed = bytes.indexOf(0x0a, end);
      if (lineFeed < 0) return bytes.length;
      plan.left -= 1;
      end = lineFeed + 1;
    }
    return end;
  }
}
