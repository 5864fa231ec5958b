/** The lines that come from a device, one at a time, each waited for with a limit. */
import type { Duplex } from 'node:stream';

const LIMIT_MS = 10_000;

export class LineReader {
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #lines: string[] = [];
  #rest: Buffer[] = [];
  #ended = false;

  constructor(stream: Duplex) {
    stream.on('data', (chunk: Buffer) => this.#cut(chunk));
    stream.on('end', () => this.#end());
    stream.on('close', () => this.#end());
    // A reset ends the stream as well; 'close' follows.
    stream.on('error', () => this.#end());
  }

  /** The next line, without its LF; `(end)` when the device has closed the link. */
  async next(limitMs = LIMIT_MS): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return line;
    if (this.#ended) return '(end)';
    return new Promise((resolve, reject) => {
      const take = (text: string): void => {
        clearTimeout(timer);
        resolve(text);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(new Error(`the device said nothing for ${limitMs} ms`));
      }, limitMs);
      this.#waiting.push(take);
    });
  }

  /** How many lines have come that nobody has asked for. */
  get unread(): number {
    return this.#lines.length;
  }

  #cut(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#rest.push(chunk.subarray(start, end));
      this.#put(Buffer.concat(this.#rest).toString('utf8'));
      this.#rest = [];
      start = end + 1;
    }
    this.#rest.push(chunk.subarray(start));
  }

  #put(line: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#lines.push(line);
    else waiting(line);
  }

  #end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting('(end)');
  }
}
