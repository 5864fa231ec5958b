/** What a person is told before a device is forgotten. */
import type { DeviceStatus } from '../../../contract/api.ts';
import { placeText } from './terms.ts';

export interface ForgettingWords {
  readonly title: string;
  readonly lost: string;
  readonly stays: string;
}

export function forgettingWords(device: DeviceStatus): ForgettingWords {
  const { name, protection } = device;
  const code = protection === 'tls' ? ', and compare its code where it shows one' : '';
  return {
    title: `Forget ${name}?`,
    lost: `This PC loses how to reach it (${placeText(device)}) and what it knows it by. It is not synced until you connect it anew${code}.`,
    stays:
      'Every record stays, on the device and in Outlook. So do your choices, conflicts and history: connected under the same name, it goes on where it was.',
  };
}
