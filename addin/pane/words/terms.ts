/** Words for the contract's terms. */
import type { DeviceStatus } from '../../../contract/api.ts';
import type { ConflictChoice } from '../../../contract/conflicts.ts';
import type { Mode, Policy } from '../../../contract/settings.ts';

const datasetNames: Readonly<Record<string, string>> = {
  contacts: 'Contacts',
  calendar: 'Calendar',
  tasks: 'Tasks',
};

export function datasetName(dataset: string): string {
  return datasetNames[dataset] ?? `${dataset.slice(0, 1).toUpperCase()}${dataset.slice(1)}`;
}

const recordNames: Readonly<Record<string, readonly [string, string]>> = {
  contacts: ['contact', 'contacts'],
  calendar: ['appointment', 'appointments'],
  tasks: ['task', 'tasks'],
};

/** `1 contact`, `12 tasks` */
export function recordCount(count: number, dataset: string): string {
  const [one, many] = recordNames[dataset] ?? ['record', 'records'];
  return counted(count, one, many);
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
}

export const sideNames = { device: 'the device', mailbox: 'Outlook' } as const;

export const deviceStates: Readonly<Record<DeviceStatus['state'], string>> = {
  disconnected: 'Not connected',
  connecting: 'Connecting…',
  'waiting-for-allow': 'Waiting for Allow on the device',
  'waiting-for-code': 'Waiting for you to compare a code',
  connected: 'Connected',
};

export const protectionNames: Readonly<Record<NonNullable<DeviceStatus['protection']>, string>> = {
  tls: 'protected',
  none: 'unprotected, as you allowed',
  'not-needed': '',
};

/** Where the device is: `192.168.0.202:4245`, `serial /dev/ttyUSB0 at 115200 baud`. */
export function placeText({ link }: Pick<DeviceStatus, 'link'>): string {
  return link.replace(/^tcp /, '');
}

/** `192.168.0.202:4245 · protected` */
export function linkText(device: DeviceStatus): string {
  const words = device.protection === undefined ? '' : protectionNames[device.protection];
  return words === '' ? placeText(device) : `${placeText(device)} · ${words}`;
}

export const modeNames: Readonly<Record<Mode, string>> = {
  'two-way': 'Both ways',
  'to-device': 'From Outlook to the device only',
  'to-mailbox': 'From the device to Outlook only',
  'add-only': 'Only add new records',
  off: 'Do not sync',
};

export const modeHints: Readonly<Record<Mode, string>> = {
  'two-way': 'Changes on either side reach the other.',
  'to-device': 'Outlook stays as it is; what was changed or removed on the device is put back.',
  'to-mailbox': 'The device stays as it is; what was changed or removed in Outlook is put back.',
  'add-only': 'New records go both ways. Nothing is changed or removed.',
  off: 'Both sides stay as they are.',
};

export const policyNames: Readonly<Record<Policy, string>> = {
  device: 'The device wins',
  outlook: 'Outlook wins',
  newest: 'The newest change wins',
  'keep-both': 'Keep both records',
  ask: 'Ask me',
};

export const choiceNames: Readonly<Record<ConflictChoice, string>> = {
  device: 'the device’s',
  mailbox: 'Outlook’s',
  both: 'both',
};
