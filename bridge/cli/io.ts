/** What a command needs of its terminal, so that tests can look at what it prints. */
import { createInterface } from 'node:readline/promises';
import { SyncError } from '../../contract/errors.ts';
import { hasCode } from '../config/private-files.ts';

export interface Io {
  /** Writes to standard output as it is. */
  out(text: string): void;
  err(text: string): void;
  /** Whether standard output is a terminal that a person looks at. */
  readonly interactive: boolean;
  readonly columns: number;
  /**
   * Asks the person; an empty answer is no.
   * @throws SyncError `config.invalid` where there is nobody to ask
   */
  confirm(question: string): Promise<boolean>;
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean;
  /** Asks the person to choose; null: none of the choices, or nobody is there any more. */
  choose(question: string, choices: readonly string[], signal: AbortSignal): Promise<string | null>;
  /** Calls back when the person or the system asks to end; returns how to stop listening. */
  onInterrupt(handler: () => void): () => void;
}

export function systemIo(): Io {
  process.stdout.on('error', (error) => {
    // The reader of a pipe has gone: there is nobody left to tell.
    if (hasCode(error, 'EPIPE')) process.exit(0);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stdout.isTTY,
    columns: process.stdout.columns || 80,
    async confirm(question) {
      if (!process.stdin.isTTY) throw new SyncError('config.invalid', 'nobody can be asked here; say --yes');
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
      } finally {
        terminal.close();
      }
    },
    canAsk: process.stdin.isTTY && process.stdout.isTTY,
    async choose(question, choices, signal) {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        const text = (await terminal.question(`${question} (${choices.join(', ')}) `, { signal })).trim();
        return choices.find((choice) => choice === text.toLowerCase()) ?? null;
      } catch (error) {
        if (signal.aborted) return null;
        throw error;
      } finally {
        terminal.close();
      }
    },
    onInterrupt(handler) {
      process.on('SIGINT', handler);
      process.on('SIGTERM', handler);
      return () => {
        process.off('SIGINT', handler);
        process.off('SIGTERM', handler);
      };
    },
  };
}
