/** The way to the first sync: which step is done, and which one is next. */
import type { DeviceStatus, Status } from '../../../contract/api.ts';
import type { AppState } from '../store/state.ts';
import { placeText } from './terms.ts';

export type StepName = 'bridge' | 'page' | 'outlook' | 'device' | 'datasets' | 'preview' | 'sync';

export interface Step {
  readonly name: StepName;
  readonly title: string;
  readonly text: string;
  readonly state: 'done' | 'current' | 'later';
}

/** Whether nothing has ever been synced: the way there is shown instead of what comes after. */
export function isFirstRun(status: Status): boolean {
  const synced = status.devices.some(({ lastSync }) => lastSync !== null);
  const running = status.job?.kind === 'sync' && status.job.state === 'running';
  return !synced && !running;
}

/** Whether this device should be previewed before it is synced: it never was, and no preview of it is at hand. */
export function needsPreview({ name, lastSync }: DeviceStatus, { job }: Status): boolean {
  return lastSync === null && !(job?.kind === 'preview' && job.state === 'ok' && job.device === name);
}

export function setupSteps({ signIn, mailbox }: AppState, status: Status): readonly Step[] {
  const [device] = status.devices;
  const served = status.hosts[0]?.mailbox ?? (mailbox.kind === 'attached' ? mailbox.mailbox : undefined);
  const connected = status.devices.find(({ state }) => state === 'connected');
  const previewed = status.job?.kind === 'preview' && status.job.state === 'ok';
  const local =
    signIn.kind === 'local' ? ' This is a local mailbox for trying things out, no real account.' : '';
  const steps: readonly (readonly [StepName, string, string, boolean])[] = [
    ['bridge', 'Find the bridge', `Version ${status.version} runs on this PC.`, true],
    ['page', 'Pair this page', 'This page may talk to it.', true],
    [
      'outlook',
      'Sign in to Outlook',
      served === undefined
        ? 'So that contacts, calendar and tasks can be read and written.'
        : `${served}.${local}`,
      served !== undefined,
    ],
    [
      'device',
      'Connect your device',
      connected === undefined
        ? device === undefined
          ? 'By a cable, or by its address in the network.'
          : `${device.name}: ${placeText(device)}. Waiting for it.`
        : `${connected.name} is connected.`,
      connected !== undefined,
    ],
    [
      'datasets',
      'Choose what to sync',
      'Contacts, calendar and tasks, both ways, unless you choose otherwise.',
      previewed,
    ],
    [
      'preview',
      'See what would change',
      previewed
        ? 'The preview is below. Nothing has been changed yet.'
        : 'A preview changes nothing on either side.',
      previewed,
    ],
    ['sync', 'Sync', 'Every change can be undone afterwards.', false],
  ];
  const next = steps.findIndex(([, , , done]) => !done);
  // What is to be chosen has an answer already: it stands beside the preview, not before it.
  const current = (index: number): boolean =>
    index === next || (steps[next]?.[0] === 'datasets' && steps[index]?.[0] === 'preview');
  return steps.map(([name, title, text, done], index) => ({
    name,
    title,
    text,
    state: done ? 'done' : current(index) ? 'current' : 'later',
  }));
}
