/**
 * Record numbers as the original hands them out: each process (the address book, the sync application) takes a
 * block of four and uses it up, so that a higher number is not always a newer record. A rollback gives none back.
 */
const BLOCK = 4;

/** Who makes a record. */
export type Maker = 'person' | 'sync';

export class IdBlocks {
  readonly #blocks = new Map<Maker, { next: number; end: number }>();
  #free = 1;

  next(maker: Maker): number {
    let block = this.#blocks.get(maker);
    if (!block || block.next === block.end) {
      block = { next: this.#free, end: this.#free + BLOCK };
      this.#blocks.set(maker, block);
      this.#free += BLOCK;
    }
    block.next += 1;
    return block.next - 1;
  }
}
