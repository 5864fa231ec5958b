/** What comes in: lines, and after the switch to "deflate" segments of frames that stand for lines. */
import { encodeCallB, parseLine, parseRaw, type Line } from './commands.ts';
import { FrameSplitter } from './extension/frames.ts';
import { SegmentReader } from './extension/segments.ts';
import { forwardedIn } from './forwarding.ts';
import { DEFAULT_MAX_LINE_BYTES, LineSplitter } from './lines.ts';
import type { WireProblem } from './result.ts';

export interface Received {
  readonly line: Line;
  /** As a line of text without its end, in latin1, whatever it came as. */
  readonly text: () => string;
}

export class Inbound {
  readonly #maxLineBytes: number;
  readonly #lines: LineSplitter;
  #deflated: { readonly segments: SegmentReader; readonly frames: FrameSplitter } | undefined;

  constructor(maxLineBytes = DEFAULT_MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
    this.#lines = new LineSplitter(maxLineBytes);
  }

  /** Bytes of the unfinished line. */
  get pending(): number {
    if (this.#deflated === undefined) return this.#lines.pending;
    return this.#deflated.segments.pending + this.#deflated.frames.pending;
  }

  /** What ended the stream. */
  get problem(): WireProblem | undefined {
    return this.#lines.problem ?? this.#deflated?.segments.problem ?? this.#deflated?.frames.problem;
  }

  /** All after the line that was returned last is deflated. */
  deflate(): void {
    this.#deflated ??= { segments: new SegmentReader(), frames: new FrameSplitter(this.#maxLineBytes) };
  }

  /** What a chunk completes, as it is asked for. After a problem nothing more is read. */
  *push(chunk: Uint8Array): Generator<Received> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let rest = 0;
    while (this.#deflated === undefined) {
      const cut = this.#lines.cut(bytes, rest);
      if (cut === undefined) return;
      rest = cut.end;
      yield { line: parseLine(cut.line), text: () => cut.line.toString('latin1') };
    }
    for (const content of this.#deflated.segments.push(bytes.subarray(rest))) {
      for (const frame of this.#deflated.frames.push(content)) {
        const call = forwardedIn(frame);
        const line: Line = call === undefined ? parseRaw(frame) : { kind: 'call', call };
        yield { line, text: () => textOf(line, frame) };
      }
      if (this.#deflated.frames.problem !== undefined) return;
    }
  }
}

function textOf(line: Line, frame: Buffer): string {
  return line.kind === 'call'
    ? encodeCallB(line.call).toString('latin1').trimEnd()
    : frame.toString('latin1');
}
