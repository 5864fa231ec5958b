/** Cuts the link at an exact place: after so many lines and bytes, in one direction (spec: reliability R1, R2). */

export type CutDirection = 'to-device' | 'from-device';

/** A place in what passes in one direction: so many whole lines, and so many bytes behind them. */
export interface CutPlace {
  readonly direction: CutDirection;
  readonly lines: number;
  readonly bytes: number;
}

/** How much of a chunk passes, and whether the link is cut behind it. */
export interface Passage {
  readonly bytes: Buffer;
  readonly cut: boolean;
}

export class Faults {
  #direction: CutDirection | undefined;
  #linesLeft = 0;
  #bytesLeft = 0;

  /** Cuts once, at that place counted from now; what lies behind the cut is never seen by anyone. */
  cutAt({ direction, lines, bytes }: CutPlace): void {
    this.#direction = direction;
    this.#linesLeft = lines;
    this.#bytesLeft = bytes;
  }

  /** Whether a cut is planned that has not happened. */
  get pending(): boolean {
    return this.#direction !== undefined;
  }

  /** Takes a cut back. */
  clear(): void {
    this.#direction = undefined;
  }

  /** Lets bytes pass up to the cut. */
  pass(bytes: Buffer, direction: CutDirection): Passage {
    if (direction !== this.#direction) return { bytes, cut: false };
    const behindLines = this.#passLines(bytes);
    if (this.#linesLeft > 0) return { bytes, cut: false };
    const end = Math.min(behindLines + this.#bytesLeft, bytes.length);
    this.#bytesLeft -= end - behindLines;
    const cut = this.#bytesLeft === 0;
    if (cut) this.clear();
    return { bytes: bytes.subarray(0, end), cut };
  }

  /** Where the last of the lines ends that are to pass. */
  #passLines(bytes: Buffer): number {
    let end = 0;
    while (this.#linesLeft > 0) {
      const lineFeed = bytes.indexOf(0x0a, end);
      if (lineFeed < 0) return bytes.length;
      this.#linesLeft -= 1;
      end = lineFeed + 1;
    }
    return end;
  }
}
