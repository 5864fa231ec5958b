/** A terminal that remembers what was printed, and whose person can press Ctrl-C. */
import type { Io } from '../../bridge/cli/io.ts';

export class RecordedIo implements Io {
  printed = '';
  complained = '';
  readonly interactive: boolean;
  readonly columns = 80;
  readonly #handlers = new Set<() => void>();

  constructor(interactive = false) {
    this.interactive = interactive;
  }

  out(text: string): void {
    this.printed += text;
  }
  err(text: string): void {
    this.complained += text;
  }
  onInterrupt(handler: () => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }
  interrupt(): void {
    for (const handler of [...this.#handlers]) handler();
  }
}
