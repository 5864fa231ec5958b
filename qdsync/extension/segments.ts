/**
 * Segments: the stream of the extension "deflate" (docs/protocol-extensions.md). Each direction is one raw deflate stream
 * (RFC 1951) with a window of 32 KiB, cut into segments at its sync flushes. A segment is a mark, a length of three bytes,
 * big-endian, and so many bytes that end in a sync flush.
 *
 * At a sync flush the state of such a stream is its window alone. So each segment is made, and read, by itself, with the
 * last 32 KiB before it as its dictionary: bounded, and without a stream to keep.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { Accumulator } from '../accumulator.ts';
import type { WireProblem } from '../result.ts';

/** First byte of each segment. No line begins with it: an end that begins anew is noticed at once. */
const MARK = 0xd5;
const HEAD_BYTES = 4;
/** The most that a segment may hold, before it is deflated. */
export const MAX_CONTENT_BYTES = 64 * 1024;
/** What cannot be deflated grows by five bytes in each 16 KiB or so. */
const MAX_BODY_BYTES = MAX_CONTENT_BYTES + 1024;
const WINDOW_BYTES = 32 * 1024;
/** Records are so much alike that more effort gains little. */
const LEVEL = 3;

/** The end of what went by, which the next segment refers to. */
class Window {
  bytes: Buffer = Buffer.alloc(0);

  add(content: Buffer): void {
    const kept = Math.max(0, WINDOW_BYTES - content.length);
    this.bytes = Buffer.concat([
      this.bytes.subarray(Math.max(0, this.bytes.length - kept)),
      content.subarray(Math.max(0, content.length - WINDOW_BYTES)),
    ]);
  }
}

export class SegmentWriter {
  readonly #window = new Window();

  /** The segments that carry this content; it is complete at the other end when they have come. */
  write(content: Buffer): Buffer {
    const parts: Buffer[] = [];
    for (let at = 0; at < content.length; at += MAX_CONTENT_BYTES) {
      parts.push(...this.#segment(content.subarray(at, at + MAX_CONTENT_BYTES)));
    }
    return Buffer.concat(parts);
  }

  #segment(content: Buffer): readonly Buffer[] {
    const body = deflateRawSync(content, {
      level: LEVEL,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#window.bytes.length > 0 && { dictionary: this.#window.bytes }),
    });
    this.#window.add(content);
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(body.length);
    head[0] = MARK;
    return [head, body];
  }
}

/** Reads segments. Holds at most one unfinished segment. */
export class SegmentReader {
  readonly #window = new Window();
  readonly #head = new Accumulator();
  readonly #body = new Accumulator();
  #expected: number | undefined;
  #problem: WireProblem | undefined;

  /** Bytes of the unfinished segment. */
  get pending(): number {
    return this.#body.length;
  }

  get problem(): WireProblem | undefined {
    return this.#problem;
  }

  /** The content of the segments that these bytes complete, as it is asked for. After a problem nothing more is read. */
  *push(bytes: Buffer): Generator<Buffer> {
    for (let at = 0; at < bytes.length && this.#problem === undefined;) {
      const start = at;
      if (this.#expected === undefined) {
        if (this.#head.length === 0 && bytes[start] !== MARK) {
          this.#fail('what came is no segment');
          return;
        }
        at = Math.min(bytes.length, start + HEAD_BYTES - this.#head.length);
        this.#head.hold(bytes.subarray(start, at));
        if (this.#head.length === HEAD_BYTES) this.#open(this.#head.complete(Buffer.alloc(0)));
      } else {
        at = Math.min(bytes.length, start + this.#expected - this.#body.length);
        if (this.#body.length + at - start < this.#expected) {
          this.#body.hold(bytes.subarray(start, at));
          return;
        }
        this.#expected = undefined;
        const content = this.#inflate(this.#body.complete(bytes.subarray(start, at)));
        if (content !== undefined) yield content;
      }
    }
  }

  #open(head: Buffer): void {
    const length = head.readUIntBE(1, HEAD_BYTES - 1);
    if (length === 0 || length > MAX_BODY_BYTES) this.#fail(`a segment of ${length} bytes`);
    else this.#expected = length;
  }

  #inflate(body: Buffer): Buffer | undefined {
    try {
      const content = inflateRawSync(body, {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: MAX_CONTENT_BYTES,
        ...(this.#window.bytes.length > 0 && { dictionary: this.#window.bytes }),
      });
      this.#window.add(content);
      return content;
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #fail(detail: string): void {
    this.#problem = { kind: 'bad-stream', detail };
  }
}
