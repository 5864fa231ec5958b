/** How the three parties of a sync are: the bridge, each device, and Outlook. */
import type { Status } from '../../../contract/api.ts';
import type { AppState } from '../store/state.ts';
import { deviceStates, linkText } from './terms.ts';
import { ago } from './times.ts';

export type PartyState = 'good' | 'waiting' | 'warning' | 'bad';

export interface Party {
  readonly name: string;
  readonly text: string;
  readonly detail: string;
  readonly state: PartyState;
  /** What can be asked for here. */
  readonly action?: 'sign-out';
}

export function partiesOf(state: AppState, status: Status, now: number): readonly Party[] {
  return [
    {
      name: 'Bridge',
      text: status.paused === true ? 'Paused' : 'Running',
      detail: `Version ${status.version}`,
      state: status.paused === true ? 'warning' : 'good',
    },
    ...status.devices.map((device): Party => {
      const synced = device.lastSync === null ? 'never synced' : `synced ${ago(device.lastSync, now)}`;
      return {
        name: device.name,
        text: deviceStates[device.state],
        detail: `${linkText(device)} · ${synced}`,
        state:
          device.state === 'connected'
            ? device.protection === 'none'
              ? 'warning'
              : 'good'
            : device.state === 'waiting-for-allow' || device.state === 'waiting-for-code'
              ? 'warning'
              : device.problem === undefined
                ? 'waiting'
                : 'bad',
      };
    }),
    { ...outlook(state, status), ...(maySignOut(state) && { action: 'sign-out' as const }) },
  ];
}

function maySignOut({ signIn, canSignOut }: AppState): boolean {
  return canSignOut && (signIn.kind === 'signed-in' || signIn.kind === 'interaction-required');
}

function outlook({ mailbox, signIn }: AppState, { hosts }: Status): Party {
  const name = 'Outlook';
  const local = signIn.kind === 'local' ? 'Local mailbox for trying out, no real account. ' : '';
  if (mailbox.kind === 'attached')
    return { name, text: mailbox.mailbox, detail: `${local}Served by this page`, state: 'good' };
  const [host] = hosts;
  if (host !== undefined)
    return { name, text: host.mailbox, detail: `${local}Served by ${host.label}`, state: 'good' };
  switch (signIn.kind) {
    case 'signed-out':
      return { name, text: 'Signed out', detail: '', state: 'warning' };
    case 'interaction-required':
      return { name, text: 'Needs you', detail: signIn.account.address, state: 'warning' };
    case 'signing-in':
      return { name, text: 'Signing in…', detail: '', state: 'waiting' };
    case 'unavailable':
      return { name, text: 'Not set up', detail: '', state: 'bad' };
    case 'looking':
    case 'signed-in':
    case 'local':
      return mailbox.kind === 'waiting'
        ? { name, text: 'Not reached', detail: mailbox.problem.message, state: 'bad' }
        : { name, text: 'Connecting…', detail: local, state: 'waiting' };
  }
}
