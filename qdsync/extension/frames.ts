/**
 * Frames: what the extension "deflate" has in place of lines. A frame is a length of four bytes, big-endian, and so many
 * bytes: a line without its end, in which the arguments of CALLB stand raw instead of as base64.
 */
import { Accumulator } from '../accumulator.ts';
import type { WireProblem } from '../result.ts';

/** Bytes of a frame's length. */
export const FRAME_HEAD_BYTES = 4;

export function encodeFrame(content: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + content.length);
  frame.writeUInt32BE(content.length);
  frame.set(content, FRAME_HEAD_BYTES);
  return frame;
}

/** Cuts a stream into frames. Holds at most one unfinished frame, of at most the limit. */
export class FrameSplitter {
  readonly #maxFrameBytes: number;
  readonly #head = new Accumulator();
  readonly #held = new Accumulator();
  /** Length of the frame whose head has come. */
  #expected: number | undefined;
  #problem: WireProblem | undefined;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes of the unfinished frame. */
  get pending(): number {
    return this.#held.length;
  }

  get problem(): WireProblem | undefined {
    return this.#problem;
  }

  /** The frames that these bytes complete, as they are asked for. */
  *push(bytes: Buffer): Generator<Buffer> {
    for (let at = 0; this.#problem === undefined;) {
      if (this.#expected === undefined) {
        const end = at + FRAME_HEAD_BYTES - this.#head.length;
        if (end > bytes.length) {
          this.#head.hold(bytes.subarray(at));
          return;
        }
        this.#open(
          this.#head.length === 0 ? bytes.readUInt32BE(at) : this.#completeHead(bytes.subarray(at, end)),
        );
        at = end;
      } else {
        const start = at;
        const end = start + this.#expected - this.#held.length;
        if (end > bytes.length) {
          this.#held.hold(bytes.subarray(start));
          return;
        }
        this.#expected = undefined;
        at = end;
        yield this.#held.complete(bytes.subarray(start, end));
      }
    }
  }

  #completeHead(rest: Buffer): number {
    return this.#head.complete(rest).readUInt32BE();
  }

  #open(length: number): void {
    if (length === 0) {
      // A flood of them would cost the sender next to nothing.
      this.#problem = { kind: 'bad-stream', detail: 'an empty frame' };
    } else if (length > this.#maxFrameBytes) {
      this.#problem = { kind: 'line-too-long', detail: `the limit is ${this.#maxFrameBytes} bytes` };
    } else {
      this.#expected = length;
    }
  }
}
