/** What a device's own log is told of a run (spec: qdsync protocol, section 5, displayText). Pure. */
import type { SessionReport } from '../../contract/job.ts';

/** Of a dataset that is done. */
export function doneText({ dataset, device, mailbox, conflicts }: SessionReport): string {
  const here = changes(device);
  const there = changes(mailbox);
  const parts = [
    ...(here === 0 ? [] : [`${here} here`]),
    ...(there === 0 ? [] : [`${there} in Outlook`]),
    ...(conflicts === 0 ? [] : [conflicts === 1 ? '1 conflict' : `${conflicts} conflicts`]),
  ];
  return `${dataset}: ${parts.length === 0 ? 'nothing to do' : parts.join(', ')}`;
}

const changes = ({ created, updated, removed }: SessionReport['device']): number =>
  created + updated + removed;
