/** What goes out: lines, and after the switch to "deflate" segments of frames that stand for lines. */
import { encodeCallB, encodeRawCall, type Call } from './commands.ts';
import { encodeFrame } from './extension/frames.ts';
import { SegmentWriter } from './extension/segments.ts';
import { encodeLine } from './lines.ts';
import { encodeMessageFrame, encodeMessageLine, type Message } from './messages.ts';

/**
 * Says lines as content, which is sealed when it is handed to the link: what is sealed in one piece is deflated in one
 * piece. Content is to be sealed in the order in which it was said.
 */
export class Outbound {
  #writer: SegmentWriter | undefined;
  /** Bytes of content said before the switch that are not sealed yet. */
  #plain = 0;
  /** The line that was said last, and how: a device answers each message by the same one. */
  #last: { readonly text: string; readonly content: Buffer } | undefined;

  /** From now on what is said is deflated. `unsealed`: bytes of content said before. */
  deflate(unsealed: number): void {
    if (this.#writer !== undefined) return;
    this.#writer = new SegmentWriter();
    this.#plain = unsealed;
    this.#last = undefined;
  }

  /** A line of text, without its end. What is returned is not to be changed. */
  line(text: string): Buffer {
    if (this.#last?.text !== text) {
      const content = this.#writer === undefined ? encodeLine(text) : encodeFrame(Buffer.from(text, 'utf8'));
      this.#last = { text, content };
    }
    return this.#last.content;
  }

  /** A message to its receiver. */
  message(message: Message): Buffer {
    return this.#writer === undefined ? encodeMessageLine(message) : encodeMessageFrame(message);
  }

  call(call: Call): Buffer {
    return this.#writer === undefined ? encodeCallB(call) : encodeFrame(encodeRawCall(call));
  }

  /** The bytes for the link. */
  seal(content: Buffer): Buffer {
    if (this.#writer === undefined) return content;
    const plain = content.subarray(0, this.#plain);
    this.#plain -= plain.length;
    const rest = content.subarray(plain.length);
    if (rest.length === 0) return plain;
    const deflated = this.#writer.write(rest);
    return plain.length === 0 ? deflated : Buffer.concat([plain, deflated]);
  }
}
