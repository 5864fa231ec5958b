/** Cuts a byte stream into lines at LF, in linear time, however the bytes are chunked. */
export class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;

  /** `limit`: the longest line in bytes; a longer one is an error of the caller's peer. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that the chunk completes, without their LF; `overflow` when a line is over the limit. */
  push(chunk: Buffer): { readonly lines: readonly Buffer[]; readonly overflow: boolean } {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts));
      this.#parts = [];
      this.#size = 0;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return { lines, overflow: this.#size > this.#limit };
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#size += part.length;
  }
}
