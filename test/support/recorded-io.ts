/** A terminal that remembers what was printed, and whose person can press Ctrl-C. */
import type { Io } from '../../bridge/cli/io.ts';

export class RecordedIo implements Io {
  printed = '';
  complained = '';
  /** What the person answers to the next questions; no, when there is none left. */
  answers: boolean[] = [];
  /** What the person chooses at the next questions; undefined: nobody is there. */
  choices: string[] | undefined;
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
  async confirm(): Promise<boolean> {
    return this.answers.shift() ?? false;
  }
  get canAsk(): boolean {
    return this.choices !== undefined;
  }
  async choose(question: string, choices: readonly string[]): Promise<string | null> {
    this.complained += `${question} (${choices.join(', ')})`;
    return this.choices?.shift() ?? null;
  }
  clear(): void {
    this.printed = '';
    this.complained = '';
  }
  onInterrupt(handler: () => void): () => void {
    this.#handlers.add(handler);
    return () => void this.#handlers.delete(handler);
  }
  interrupt(): void {
    for (const handler of [...this.#handlers]) handler();
  }
}
