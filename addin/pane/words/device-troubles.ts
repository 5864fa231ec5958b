/** What stands between this PC and a device, told apart by its code, with what a person can do about it. */
import type { DeviceStatus } from '../../../contract/api.ts';
import type { Trouble } from './troubles.ts';

type Problem = NonNullable<DeviceStatus['problem']>;

/** What is said of a problem; without a text: what the error catalogue says of it. */
interface Words {
  readonly intent?: Trouble['intent'];
  readonly title: (name: string) => string;
  readonly text?: (problem: Problem) => string;
  /** What has to be said at the command line, where the person sits at this PC: the option of the command `devices`. */
  readonly option?: '--accept' | '--allow-unprotected';
}

const notThere: Words = { title: (name) => `${name} is not there` };

const between =
  'Somebody may be between this PC and the device. If it was replaced or reset, accept it at a command prompt of this PC:';

const wordsByCode: Readonly<Record<string, Words>> = {
  'link.refused': notThere,
  'link.lost': notThere,
  'link.timeout': notThere,
  'link.not-connected': notThere,
  'link.serial-open': { title: (name) => `The serial port of ${name} cannot be opened` },
  'login.refused': { title: (name) => `${name} has refused this PC`, text: ({ remedy }) => remedy },
  'login.timeout': { title: (name) => `Nobody has pressed Allow on ${name}`, text: ({ remedy }) => remedy },
  'device.other-desktop': {
    title: (name) => `Another desktop is connected to ${name}`,
    text: ({ remedy }) => remedy,
  },
  'device.code': { title: (name) => `${name} was not let in` },
  'device.unprotected': {
    title: (name) => `${name} cannot protect its connection`,
    text: () =>
      'No device of 2009 can. If you trust the network between this PC and the device, allow it at a command prompt of this PC:',
    option: '--allow-unprotected',
  },
  'login.other-device': {
    intent: 'error',
    title: (name) => `Another device answers for ${name}`,
    text: () =>
      'Nothing was sent to it. If you have not replaced or reset the device, check what is connected. If you have, accept it at a command prompt of this PC:',
    option: '--accept',
  },
  'device.key-changed': {
    intent: 'error',
    title: (name) => `What answers for ${name} has another key`,
    text: () => between,
    option: '--accept',
  },
  'device.downgrade': {
    intent: 'error',
    title: (name) => `${name} offers no protection any more`,
    text: () => between,
    option: '--accept',
  },
};

const otherwise: Words = { title: (name) => `${name} cannot be used` };

export function deviceTrouble(device: DeviceStatus): readonly Trouble[] {
  const { name, state, problem } = device;
  const id = `device ${name}`;
  if (state === 'waiting-for-allow')
    return [
      {
        id,
        intent: 'info',
        title: `Press Allow on ${name}`,
        text: 'The device asks on its screen whether this PC may connect.',
        remedies: [],
      },
    ];
  if (state !== 'disconnected' || problem === undefined) return [];
  const { intent = 'warning', title, text, option } = wordsByCode[problem.code] ?? otherwise;
  return [
    {
      id,
      intent,
      title: title(name),
      text: text?.(problem) ?? `${problem.message} ${problem.remedy}`.trim(),
      ...(option !== undefined && { command: `outlook-device-sync devices ${option} ${argument(name)}` }),
      remedies: option === undefined ? [] : ['copy-command'],
    },
  ];
}

/** A name as a shell takes it for one word; `NAME` where shells would read more into it, to be typed by the person. */
function argument(name: string): string {
  if (/^[\p{L}\p{N}_.-]+$/u.test(name) && !name.startsWith('-')) return name;
  return /^[\p{L}\p{N}_. ()+,'-]+$/u.test(name) && !name.startsWith('-') ? `"${name}"` : 'NAME';
}
