/** What the command needs of its surroundings, so that tests can look at what it prints. */
import type { Readable } from 'node:stream';

export interface Io {
  /** Writes to standard output as it is. */
  out(text: string): void;
  err(text: string): void;
  readonly stdin: Readable;
  /** Whether a person at a terminal can be asked. */
  readonly interactive: boolean;
  /** Fires when the person or the system asks to end. */
  stopSignal(): AbortSignal;
}

export function systemIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe has gone: there is nobody left to tell.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    stopSignal: () => {
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
      return stop.signal;
    },
  };
}
