/** What the Sync button says over the open message: one line of at most 150 characters each. Pure. */
import type { SyncError } from '../../contract/errors.ts';
import type { Job, Progress, SessionReport } from '../../contract/job.ts';
import type { Note } from '../hosts/office-host.ts';

export const OPEN = 'Open “Device Sync” in the ribbon';

export const STARTING: Note = { kind: 'progress', text: 'Starting the sync…' };
export const GOES_ON: Note = { kind: 'information', text: `The sync goes on. ${OPEN} to follow it.` };
/** Of a sync that outlives the button: another host serves the mailbox. */
export const GOES_ON_IN_BRIDGE: Note = {
  kind: 'information',
  text: `The sync goes on in the bridge on this PC, without this button. ${OPEN} to see how far it is.`,
};
/** The same where the button was the only host: the bridge waits for another one, and not for ever. */
export const NEEDS_PANE: Note = {
  kind: 'information',
  text: `The sync takes longer than this button may. ${OPEN} within two minutes: it goes on, and shows, there.`,
};
export const NO_DEVICE: Note = { kind: 'error', text: `No device is set up yet. ${OPEN} to choose one.` };
export const NOT_PAIRED: Note = {
  kind: 'error',
  text: `This Outlook is not paired with the sync program of this PC yet. ${OPEN} to do it.`,
};
export const SIGN_IN: Note = {
  kind: 'error',
  text: `Nobody is signed in for the sync. ${OPEN} and sign in.`,
};
export const TOO_LONG: Note = {
  kind: 'information',
  text: `The first sync takes longer than this button may. ${OPEN} and start it there.`,
};

export function problemNote(problem: SyncError): Note {
  switch (problem.code) {
    case 'api.unauthorized':
      return NOT_PAIRED;
    case 'mailbox.signed-out':
    case 'mailbox.denied':
      return SIGN_IN;
    default:
      return errorNote(problem);
  }
}

function errorNote({ message, remedy }: { readonly message: string; readonly remedy: string }): Note {
  return { kind: 'error', text: `${message} ${remedy}` };
}

export function progressNote(job: Job): Note {
  if (job.question !== null)
    return { kind: 'information', text: `The sync asks a question. ${OPEN} to answer.` };
  return job.progress === null ? STARTING : { kind: 'progress', text: progressText(job.progress) };
}

function progressText({ dataset, text, done, total }: Progress): string {
  const count = total === null ? '' : ` (${done} of ${total})`;
  return `Syncing${dataset === '' ? '' : ` ${dataset}`}: ${text}${count}`;
}

/** How a job ended; of one that still runs, how far it is. */
export function outcomeNote(job: Job): Note {
  const failed = job.sessions.find(({ error }) => error !== undefined)?.error;
  switch (job.state) {
    case 'running':
      return progressNote(job);
    case 'cancelled':
      return { kind: 'information', text: 'The sync was cancelled. Nothing is half-applied.' };
    case 'failed':
      return errorNote(job.error ?? failed ?? { message: 'The sync failed.', remedy: `${OPEN} for more.` });
    case 'ok':
      return failed === undefined ? { kind: 'information', text: summary(job.sessions) } : errorNote(failed);
  }
}

function summary(sessions: readonly SessionReport[]): string {
  const sum = (of: (session: SessionReport) => number): number =>
    sessions.reduce((total, session) => total + of(session), 0);
  const changes = (side: 'device' | 'mailbox') =>
    sum(({ [side]: { created, updated, removed } }) => created + updated + removed);
  const parts = [
    counted(changes('device'), 'change', 'to the device'),
    counted(changes('mailbox'), 'change', 'to Outlook'),
    counted(
      sum(({ conflicts }) => conflicts),
      'conflict',
      '',
    ),
    counted(
      sum(({ lines }) => lines.filter(({ action }) => action === 'problem').length),
      'problem',
      '',
    ),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Synced: nothing had changed.' : `Synced: ${parts.join(', ')}.`;
}

function counted(count: number, what: string, where: string): string {
  return count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'} ${where}`.trim();
}
