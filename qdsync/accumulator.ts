/** Bytes of something that is not whole yet, held in blocks that are joined once, when it is. */

const SMALLEST_BLOCK = 4 * 1024;
const LARGEST_BLOCK = 1024 * 1024;

/** Time is linear in the bytes held, whatever the size of the pieces they come in. */
export class Accumulator {
  /** Full blocks, then one that is being filled. */
  #blocks: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  #filled = 0;
  #length = 0;

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  hold(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#filled === this.#block.length) this.#nextBlock();
      const copied = bytes.copy(this.#block, this.#filled, at);
      this.#filled += copied;
      this.#length += copied;
      at += copied;
    }
  }

  /** Everything held, ended by these bytes; nothing is held then. What was never held is not copied. */
  complete(tail: Buffer): Buffer {
    if (this.#length === 0) return tail;
    this.hold(tail);
    const last = this.#block.subarray(0, this.#filled);
    const whole = this.#blocks.length === 0 ? last : Buffer.concat([...this.#blocks, last], this.#length);
    this.forget();
    return whole;
  }

  /** What was completed may be kept by whoever got it, so its blocks are not used again. */
  forget(): void {
    this.#blocks = [];
    this.#block = Buffer.alloc(0);
    this.#filled = 0;
    this.#length = 0;
  }

  /** As large as what is held already, within limits: few blocks for much, little waste for little. */
  #nextBlock(): void {
    if (this.#filled > 0) this.#blocks.push(this.#block);
    this.#block = Buffer.allocUnsafe(Math.min(Math.max(this.#length, SMALLEST_BLOCK), LARGEST_BLOCK));
    this.#filled = 0;
  }
}
