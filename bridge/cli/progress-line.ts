/** Progress of a running sync: one line that is drawn again on a terminal, a new line per phase elsewhere. */
import type { Progress } from '../../contract/job.ts';
import type { Io } from './io.ts';
import { printable, shorten } from './text.ts';

const BAR_WIDTH = 20;
const ERASE_LINE = '\r\u001B[K';

export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away before other output. */
  clear(): void;
}

export function progressLine(io: Io): ProgressLine {
  return io.interactive ? drawnLine(io) : plainLines(io);
}

function drawnLine(io: Io): ProgressLine {
  return {
    show(progress) {
      io.err(ERASE_LINE + shorten(describe(progress), io.columns - 1));
    },
    clear() {
      io.err(ERASE_LINE);
    },
  };
}

function plainLines(io: Io): ProgressLine {
  let last = '';
  return {
    show({ dataset, phase, text }) {
      // Before the datasets' sessions, progress belongs to none of them.
      const prefix = dataset === '' ? '' : `${dataset}: `;
      const line = `${printable(prefix + (text === '' ? phase : text))}\n`;
      if (line !== last) io.err(line);
      last = line;
    },
    clear: () => undefined,
  };
}

function describe({ dataset, phase, done, total, text }: Progress): string {
  const amount = total === null ? (done === 0 ? '' : ` ${done}`) : ` ${bar(done, total)} ${done}/${total}`;
  return printable(`${dataset}${amount} ${text === '' ? phase : text}`.trimStart());
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}
