/** What the pane knows, and how events change it. Pure. */
import type { BridgeEvent, Status } from '../../contract/api.ts';
import type { SyncError } from '../../contract/errors.ts';
import type { Job } from '../../contract/job.ts';
import type { ServingState } from '../hosts/serve-mailbox.ts';

/** How this page serves the mailbox. */
export type MailboxState = ServingState;

export type PaneState =
  | { readonly kind: 'starting' }
  /** Tried again by itself. */
  | { readonly kind: 'unreachable'; readonly problem: SyncError }
  /** Waits for a person to confirm the code. */
  | { readonly kind: 'pairing'; readonly code: string }
  | { readonly kind: 'connected'; readonly status: Status };

/** The job that an event tells of, put into the status that is shown. */
export function applyEvent(status: Status, event: BridgeEvent): Status {
  switch (event.event) {
    case 'status':
      return event.status;
    case 'ports':
      return status;
    case 'job':
      return { ...status, job: newer(status.job, event.job) };
    case 'progress':
      return status.job?.id === event.job
        ? { ...status, job: { ...status.job, progress: event.progress } }
        : status;
  }
}

/** Events of an old job that come late do not hide a new one. */
function newer(shown: Job | null, told: Job): Job {
  return shown !== null && shown.id !== told.id && shown.startedAt > told.startedAt ? shown : told;
}
