/** `qdsync-device sync` and `cancel`: the owner presses the button of the running agent, and sees what comes. */
import type { DeviceNotice } from '../../contract/device.ts';
import { failureOf, SyncError } from '../../contract/errors.ts';
import { askAgent, ownerSocketPath } from '../agent/owner-socket.ts';
import type { Io } from './io.ts';
import { lineOf } from './print.ts';

/** How long a desktop may take to say anything, and how long a refusal may take to be followed by more words. */
const ANSWER_MS = 30_000;
const MORE_WORDS_MS = 500;

export interface SyncCommandOptions {
  readonly stateFolder: string;
  readonly json: boolean;
}

/**
 * Starts a sync and shows it to its end.
 * @throws SyncError `pim.not-running`, `pim.no-desktop`, `pim.no-answer`, `pim.refused`, `pim.failed`, `link.lost`
 */
export async function syncNow(options: SyncCommandOptions, io: Io): Promise<void> {
  await watch('startSync', options, io, (notice) => notice.kind === 'syncEnd');
}

/** Cancels the sync that runs, and shows its end. @throws SyncError as syncNow; `sync.not-running` */
export async function cancelNow(options: SyncCommandOptions, io: Io): Promise<void> {
  await watch('cancelSync', options, io, (notice) => notice.kind === 'syncEnd');
}

async function watch(
  request: 'startSync' | 'cancelSync',
  { stateFolder, json }: SyncCommandOptions,
  io: Io,
  isEnd: (notice: DeviceNotice) => boolean,
): Promise<void> {
  const patience = new AbortController();
  const stop = io.stopSignal();
  const signal = AbortSignal.any([patience.signal, stop]);
  let timer = setTimeout(() => patience.abort(), ANSWER_MS);
  let runs = request === 'cancelSync';
  let said = false;
  let steps = 0;
  /** The last words that came, and those that told of a failure. */
  let words = '';
  let failure: string | undefined;
  try {
    for await (const notice of askAgent(ownerSocketPath(stateFolder), request, signal)) {
      clearTimeout(timer);
      said = true;
      if (notice.kind === 'syncStart') runs = true;
      if (notice.kind === 'syncSteps') steps = notice.total;
      const text = json ? `${JSON.stringify(notice)}\n` : textOf(notice, steps);
      if (text !== undefined) io.out(text);
      if (notice.kind === 'displayText') {
        words = notice.text;
        const code = failureOf(words);
        if (request === 'cancelSync' && code === 'sync.not-running') throw new SyncError(code);
        if (code !== undefined) failure = words;
      }
      if (isEnd(notice)) {
        if (request === 'startSync' && failure !== undefined) throw new SyncError('pim.failed', failure);
        return;
      }
      // Words without a run are the whole answer.
      if (!runs || (request === 'cancelSync' && notice.kind === 'displayText'))
        timer = setTimeout(() => patience.abort(), MORE_WORDS_MS);
    }
  } finally {
    clearTimeout(timer);
  }
  if (stop.aborted) return;
  if (!said) throw new SyncError('pim.no-answer');
  if (!runs) throw new SyncError('pim.refused', words);
  // The agent hung up in the middle of a run.
  if (!patience.signal.aborted) throw new SyncError('link.lost');
}

function textOf(notice: DeviceNotice, steps: number): string | undefined {
  switch (notice.kind) {
    case 'syncStart':
      return lineOf('Synchronizing');
    case 'syncSteps':
      return undefined;
    case 'syncProgress':
      // Who joins a run later has missed how many there are.
      return lineOf(steps === 0 ? `Step ${notice.step}` : `Step ${notice.step} of ${steps}`);
    case 'displayText':
      return lineOf(notice.text);
    case 'syncEnd':
      return lineOf('Finished');
  }
}
