/** The owner's question, asked on the terminal that the agent runs on. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { Ask, Question } from './gate.ts';

/** Asks on the given terminal; only a clear yes lets a desktop in. */
export function terminalPrompt(input: Readable, output: Writable): Ask {
  return async (question, signal) => {
    const terminal = createInterface({ input, output });
    // The terminal is in raw mode now: without this, Ctrl-C would stop nothing.
    terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const hungUp = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    try {
      const answer = terminal.question(
        `A desktop that is not known wants to synchronise. ${hint(question)} Allow it? [y/N] `,
        { signal },
      );
      return /^y(es)?$/i.test((await Promise.race([answer, hungUp])).trim());
    } catch (error) {
      if (signal.aborted) output.write('\nThe desktop went away.\n');
      throw error;
    } finally {
      terminal.close();
    }
  };
}

function hint({ isProtected, code }: Question): string {
  if (!isProtected) return 'The connection is not protected.';
  return code === undefined
    ? 'It has no code to compare: allow it only if it runs on this machine.'
    : `It has to show the code ${code}.`;
}
