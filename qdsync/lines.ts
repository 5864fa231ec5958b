/** Cuts a byte stream into lines (spec: qdsync protocol 2). */
import type { WireProblem } from './result.ts';

/** 16 MiB: a record with a portrait of a few MB fits in base64. */
export const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

const LF = 0x0a;
const SMALLEST_BLOCK = 4 * 1024;
const LARGEST_BLOCK = 1024 * 1024;

/** The lines that a chunk completed, and the problem that ended the stream, if one did. */
export interface Split {
  readonly lines: readonly Buffer[];
  readonly problem?: WireProblem;
}

/**
 * Holds at most one unfinished line, in blocks that are joined when it ends: time is linear in the bytes received
 * and memory bounded by the limit, whatever the size of the chunks. A line that lies within one chunk is not
 * copied. Lines are trimmed (so a CR before the LF goes); empty ones are dropped.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  /** Full blocks of the unfinished line, then one that is being filled. */
  #blocks: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  #filled = 0;
  #length = 0;
  #problem: WireProblem | undefined;

  constructor(maxLineBytes = DEFAULT_MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes of the unfinished line. */
  get pending(): number {
    return this.#length;
  }

  /** After a problem nothing more is cut. */
  push(chunk: Uint8Array): Split {
    if (this.#problem !== undefined) return { lines: [], problem: this.#problem };
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Buffer[] = [];
    let start = 0;
    for (;;) {
      // A flood of empty lines costs next to nothing.
      while (this.#length === 0 && bytes[start] === LF) start += 1;
      const end = bytes.indexOf(LF, start);
      const length = (end === -1 ? bytes.length : end) - start;
      if (this.#length + length > this.#maxLineBytes) return { lines, problem: this.#overflow() };
      if (end === -1) break;
      const line = trim(this.#complete(bytes.subarray(start, end)));
      if (line.length > 0) lines.push(line);
      start = end + 1;
    }
    this.#hold(bytes.subarray(start));
    return { lines };
  }

  #complete(tail: Buffer): Buffer {
    if (this.#length === 0) return tail;
    this.#hold(tail);
    const last = this.#block.subarray(0, this.#filled);
    const line = this.#blocks.length === 0 ? last : Buffer.concat([...this.#blocks, last], this.#length);
    this.#forget();
    return line;
  }

  #hold(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#filled === this.#block.length) this.#nextBlock();
      const copied = bytes.copy(this.#block, this.#filled, at);
      this.#filled += copied;
      this.#length += copied;
      at += copied;
    }
  }

  /** As large as what is held already, within limits: few blocks for a long line, little waste for a short one. */
  #nextBlock(): void {
    if (this.#filled > 0) this.#blocks.push(this.#block);
    this.#block = Buffer.allocUnsafe(Math.min(Math.max(this.#length, SMALLEST_BLOCK), LARGEST_BLOCK));
    this.#filled = 0;
  }

  /** The line may be kept by whoever got it, so its blocks are not used again. */
  #forget(): void {
    this.#blocks = [];
    this.#block = Buffer.alloc(0);
    this.#filled = 0;
    this.#length = 0;
  }

  #overflow(): WireProblem {
    this.#forget();
    this.#problem = { kind: 'line-too-long', detail: `the limit is ${this.#maxLineBytes} bytes` };
    return this.#problem;
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
