/** Sentences of the pane. Pure; every text is shown as text. */
import type { DeviceStatus, Status } from '../../contract/api.ts';
import type { Job, Progress, SessionReport } from '../../contract/job.ts';
import type { MailboxState } from './pane-state.ts';

const deviceStates: Readonly<Record<DeviceStatus['state'], string>> = {
  disconnected: 'not connected',
  connecting: 'connecting…',
  'waiting-for-allow': 'waiting for Allow on the device',
  connected: 'connected',
};

export function deviceText(device: DeviceStatus): string {
  return `${device.name} (${device.link}): ${device.problem?.message ?? deviceStates[device.state]}`;
}

export function mailboxText(own: MailboxState, hosts: Status['hosts']): string {
  if (own.kind === 'attached') return `${own.mailbox}, served by this page`;
  const [host] = hosts;
  if (host !== undefined) return `${host.mailbox}, served by ${host.label}`;
  if (own.kind === 'opening') return 'connecting…';
  if (own.kind === 'waiting') return own.problem.message;
  return 'no mailbox: this page can open the local mailbox only, and the bridge names none';
}

/** Share of the work done, from 0 to 1; null when nobody knows how much there is. */
export function progressShare({ done, total }: Progress): number | null {
  return total === null || total === 0 ? null : Math.min(1, done / total);
}

export function progressText({ dataset, text, done, total }: Progress): string {
  const count = total === null ? (done === 0 ? '' : ` ${done}`) : ` ${done} of ${total}`;
  // Before the first dataset there is no name.
  return `${dataset === '' ? '' : `${dataset}: `}${text}${count}`;
}

export function jobText(job: Job): string {
  if (job.state === 'running') return 'A sync is running.';
  if (job.state === 'cancelled') return 'The last sync was cancelled. Nothing is half-applied.';
  if (job.state === 'failed') return `The last sync failed. ${job.error?.message ?? ''}`.trim();
  const sentences = job.sessions.map(sessionText);
  return sentences.length === 0 ? 'The last sync had nothing to do.' : sentences.join(' ');
}

export function jobRemedy(job: Job): string {
  return job.error?.remedy ?? job.sessions.find(({ error }) => error !== undefined)?.error?.remedy ?? '';
}

function sessionText(session: SessionReport): string {
  const { dataset, device, mailbox, conflicts, error } = session;
  const name = `${dataset.slice(0, 1).toUpperCase()}${dataset.slice(1)}`;
  if (error !== undefined) return `${name}: ${error.message}`;
  const parts = [
    ...countTexts(device, 'on the device'),
    ...countTexts(mailbox, 'in Outlook'),
    ...(session.paired > 0 ? [`${session.paired} found on both sides`] : []),
    ...(conflicts > 0 ? [`${conflicts} ${conflicts === 1 ? 'conflict' : 'conflicts'} settled`] : []),
  ];
  const problems = session.lines.filter(({ action }) => action === 'problem').length;
  if (problems > 0) parts.push(`${problems} ${problems === 1 ? 'problem' : 'problems'}`);
  return `${name}: ${parts.length === 0 ? 'nothing had changed' : parts.join(', ')}.`;
}

function countTexts(counts: SessionReport['device'], where: string): string[] {
  const parts = (['created', 'updated', 'removed'] as const)
    .filter((what) => counts[what] > 0)
    .map((what) => `${counts[what]} ${what}`);
  return parts.length === 0 ? [] : [`${parts.join(', ')} ${where}`];
}
