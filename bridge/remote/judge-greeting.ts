/** Whether what greets is a device that we speak with, by its 220 (spec: qdsync protocol 6). Pure. */
import type { DeviceBanner } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import { parseBanner } from '../../qdsync/index.ts';
import { shown } from './describe-line.ts';

/** Why nothing is said to the device that greets with this challenge; undefined: it is welcome. */
export type RefuseDevice = (challenge: string) => SyncError | undefined;

export type Greeter =
  | { readonly kind: 'welcome'; readonly banner: DeviceBanner }
  /** No device of ours; it is not to be spoken to. */
  | { readonly kind: 'foreign'; readonly error: SyncError }
  /** One of ours, with which we do not speak. */
  | { readonly kind: 'refused'; readonly error: SyncError };

export function judgeGreeting(text: string, refuse: RefuseDevice | undefined): Greeter {
  const banner = parseBanner(text);
  switch (banner.kind) {
    case 'legacy':
      return foreign('wire.legacy-device', `Qtopia ${shown(banner.version)}`);
    case 'other-protocol':
      return foreign('wire.not-a-device', shown(banner.detail));
    case 'foreign':
      return foreign('wire.not-a-device', shown(banner.text));
    case 'device': {
      const { greeting } = banner;
      if (greeting.challenge === '') return foreign('wire.not-a-device', 'its greeting has no challenge');
      const error = refuse?.(greeting.challenge);
      return error === undefined ? { kind: 'welcome', banner: greeting } : { kind: 'refused', error };
    }
  }
}

function foreign(code: 'wire.legacy-device' | 'wire.not-a-device', detail: string): Greeter {
  return { kind: 'foreign', error: new SyncError(code, detail) };
}
