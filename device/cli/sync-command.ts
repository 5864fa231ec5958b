/** `qdsync-device sync` and `cancel`: the owner presses the button of the running agent, and sees what comes. */
import type { DeviceNotice } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
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
 * @throws SyncError `pim.not-running`, `pim.no-desktop`, `pim.no-answer`, `link.lost`
 */
export async function syncNow(options: SyncCommandOptions, io: Io): Promise<void> {
  await watch('startSync', options, io, (notice) => notice.kind === 'syncEnd');
}

/** Cancels the sync that runs, and shows its end. @throws SyncError as syncNow */
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
  try {
    for await (const notice of askAgent(ownerSocketPath(stateFolder), request, signal)) {
      clearTimeout(timer);
      said = true;
      if (notice.kind === 'syncStart') runs = true;
      if (notice.kind === 'syncSteps') steps = notice.total;
      const text = json ? `${JSON.stringify(notice)}\n` : textOf(notice, steps);
      if (text !== undefined) io.out(text);
      if (isEnd(notice)) return;
      // Words without a run are the whole answer.
      if (!runs || (request === 'cancelSync' && notice.kind === 'displayText'))
        timer = setTimeout(() => patience.abort(), MORE_WORDS_MS);
    }
  } finally {
    clearTimeout(timer);
  }
  if (stop.aborted) return;
  if (!said) throw new SyncError('pim.no-answer');
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
