/** Cuts a byte stream into lines (spec: qdsync protocol 2). */
import { Accumulator } from './accumulator.ts';
import type { WireProblem } from './result.ts';

/** 16 MiB: a record with a portrait of a few MB fits in base64. */
export const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

const LF = 0x0a;

/** The lines that a chunk completed, and the problem that ended the stream, if one did. */
export interface Split {
  readonly lines: readonly Buffer[];
  readonly problem?: WireProblem;
}

/** A line without its end, and where the bytes after it begin. */
export interface CutLine {
  readonly line: Buffer;
  readonly end: number;
}

/**
 * Holds at most one unfinished line: time is linear in the bytes received and memory bounded by the limit, whatever the
 * size of the chunks. A line that lies within one chunk is not copied. Lines are trimmed (so a CR before the LF goes);
 * empty ones are dropped.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #held = new Accumulator();
  #problem: WireProblem | undefined;

  constructor(maxLineBytes = DEFAULT_MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes of the unfinished line. */
  get pending(): number {
    return this.#held.length;
  }

  /** What ended the stream. */
  get problem(): WireProblem | undefined {
    return this.#problem;
  }

  /** After a problem nothing more is cut. */
  push(chunk: Uint8Array): Split {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Buffer[] = [];
    for (let cut = this.cut(bytes, 0); cut !== undefined; cut = this.cut(bytes, cut.end)) {
      lines.push(cut.line);
    }
    return this.#problem === undefined ? { lines } : { lines, problem: this.#problem };
  }

  /** Cuts off the next line, from `start` on; undefined: the rest is held, or a problem has ended the stream. */
  cut(bytes: Buffer, start: number): CutLine | undefined {
    if (this.#problem !== undefined) return undefined;
    for (let from = start; ;) {
      // A flood of empty lines costs next to nothing.
      while (this.#held.length === 0 && bytes[from] === LF) from += 1;
      const found = bytes.indexOf(LF, from);
      const end = found === -1 ? bytes.length : found;
      if (this.#held.length + end - from > this.#maxLineBytes) {
        this.#overflow();
        return undefined;
      }
      if (found === -1) {
        this.#held.hold(bytes.subarray(from));
        return undefined;
      }
      const line = trim(this.#held.complete(bytes.subarray(from, end)));
      if (line.length > 0) return { line, end: end + 1 };
      from = end + 1;
    }
  }

  #overflow(): void {
    this.#held.forget();
    this.#problem = { kind: 'line-too-long', detail: `the limit is ${this.#maxLineBytes} bytes` };
  }
}

function trim(line: Buffer): Buffer {
  let start = 0;
  let end = line.length;
  while (start < end && isSpace(line[start])) start += 1;
  while (end > start && isSpace(line[end - 1])) end -= 1;
  return line.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** A line of text as bytes, ended by a bare LF: with CR LF a device misreads helper lines (spec: 7). */
export function encodeLine(text: string): Buffer {
  return Buffer.from(`${text}\n`, 'utf8');
}
