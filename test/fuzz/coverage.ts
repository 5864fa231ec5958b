/**
 * Whether something of the project's own sources has run that never ran before, by V8's block coverage. V8 reports of each
 * function that ran the blocks that did not run; what is remembered are those that have never run.
 */
import { Session } from 'node:inspector';

interface Block {
  readonly start: number;
  readonly end: number;
}

export class Coverage {
  readonly #session = new Session();
  readonly #folders: readonly string[];
  /** By function: its blocks that have not run yet. */
  readonly #untouched = new Map<string, readonly Block[]>();
  #steps = 0;

  /** `folders`: whose sources count, `/qdsync/`. */
  constructor(folders: readonly string[]) {
    this.#folders = folders;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many functions and blocks were reached. */
  get steps(): number {
    return this.#steps;
  }

  /** Whether anything new was reached since the last call; it is remembered only where told to. */
  look({ remember }: { readonly remember: boolean }): boolean {
    let found = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      for (const { url, functions } of taken.result) {
        if (url.includes('/node_modules/') || !this.#folders.some((folder) => url.includes(folder))) continue;
        for (const { ranges } of functions) {
          const [whole, ...inner] = ranges;
          if (whole === undefined || whole.count === 0) continue;
          const blocks = inner
            .filter(({ count }) => count === 0)
            .map(({ startOffset: start, endOffset: end }) => ({ start, end }));
          found += this.#note(`${url}:${whole.startOffset}-${whole.endOffset}`, blocks, remember);
        }
      }
    });
    if (remember) this.#steps += found;
    return found > 0;
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** `blocks`: what did not run this time. Returns how much ran for the first time. */
  #note(name: string, blocks: readonly Block[], remember: boolean): number {
    const untouched = this.#untouched.get(name);
    if (untouched === undefined) {
      if (remember) this.#untouched.set(name, blocks);
      return 1;
    }
    const ran = untouched.filter((block) => !blocks.some((other) => contains(other, block)));
    if (remember && ran.length > 0) {
      // What lies within a block that ran may be yet to run.
      const within = ran.flatMap((block) => blocks.filter((other) => contains(block, other)));
      this.#untouched.set(name, [...untouched.filter((block) => !ran.includes(block)), ...within]);
    }
    return ran.length;
  }
}

function contains(outer: Block, inner: Block): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}
