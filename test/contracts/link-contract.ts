/** What every link must do. Both ends are links; whatever one writes the other receives. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '../../bridge/links/link.ts';
import type { SyncError } from '../../contract/errors.ts';

export interface LinkPair {
  readonly near: Link;
  readonly far: Link;
  /** Ends what carries the pair. */
  dispose: () => Promise<void>;
}

/** Collects what a link delivers. */
class Ear {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  ends = 0;
  error: SyncError | undefined;

  constructor(link: Link) {
    link.start({
      received: (bytes) => {
        this.#chunks.push(bytes);
        this.#length += bytes.byteLength;
      },
      up: () => undefined,
      ended: (error) => {
        this.ends += 1;
        this.error = error;
      },
    });
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Waits until something is so; the test's own time-out ends it otherwise. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** @param volume bytes to send where much is to be sent */
export function linkContract(name: string, makePair: () => Promise<LinkPair>, volume: number): void {
  describe(`link: ${name}`, () => {
    let pair: LinkPair;

    beforeEach(async () => {
      pair = await makePair();
    });
    afterEach(async () => {
      await pair.near.close();
      await pair.far.close();
      await pair.dispose();
    });

    it('carries bytes of every value both ways, in order', async () => {
      const near = new Ear(pair.near);
      const far = new Ear(pair.far);
      const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7) % 256));
      await Promise.all([pair.near.write(bytes), pair.far.write(Buffer.from(bytes).reverse())]);
      await until(() => near.length === bytes.length && far.length === bytes.length);
      expect(far.bytes.equals(bytes)).toBe(true);
      expect(near.bytes.equals(Buffer.from(bytes).reverse())).toBe(true);
    });

    it('loses nothing that came before it was listened to', async () => {
      await pair.near.write(Buffer.from('early\n'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      const far = new Ear(pair.far);
      await pair.near.write(Buffer.from('late\n'));
      await until(() => far.length === 11);
      expect(far.bytes.toString()).toBe('early\nlate\n');
    });

    it('carries much, piece by piece', async () => {
      const far = new Ear(pair.far);
      const piece = Buffer.alloc(4096, 'abcdefg');
      for (let sent = 0; sent < volume; sent += piece.length) await pair.near.write(piece);
      await until(() => far.length >= volume);
      expect(far.bytes.subarray(0, piece.length).equals(piece)).toBe(true);
    });

    it('a paused reader makes the writer wait, and loses nothing', async () => {
      const far = new Ear(pair.far);
      pair.far.pause();
      const piece = Buffer.alloc(65_536, 'x');
      let written = 0;
      let stuck = false;
      // More than what the system and both ends may hold in between.
      const total = 256;
      const writing = (async (): Promise<void> => {
        for (; written < total; written += 1) await pair.near.write(piece);
      })();
      for (let last = -1; last !== written;) {
        last = written;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      stuck = written < total;
      expect(stuck).toBe(true);
      pair.far.resume();
      if (volume < total * piece.length) {
        // Too slow to wait for all of it: that it goes on is enough.
        await until(() => far.length > 2 * piece.length);
        await pair.near.close();
        await writing.catch(() => undefined);
      } else {
        await writing;
        await until(() => far.length === total * piece.length);
      }
    });

    it('tells its end once, without an error when it was closed here', async () => {
      const near = new Ear(pair.near);
      await pair.near.close();
      await pair.near.close();
      await until(() => near.ends > 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(near.ends).toBe(1);
      expect(near.error).toBeUndefined();
    });

    it('a write after the end is refused by name', async () => {
      new Ear(pair.near);
      await pair.near.close();
      await expect(pair.near.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'link.lost' });
    });

    it('notices when the other end goes away', async () => {
      const near = new Ear(pair.near);
      new Ear(pair.far);
      await pair.far.close();
      await pair.dispose();
      await until(() => near.ends === 1);
    });

    it('closes while the other end does not read, and refuses what waits', async () => {
      new Ear(pair.near);
      pair.far.pause();
      const writing = (async (): Promise<void> => {
        for (;;) await pair.near.write(Buffer.alloc(65_536));
      })();
      const refused = expect(writing).rejects.toMatchObject({ code: 'link.lost' });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await pair.near.close();
      await refused;
    });
  });
}
