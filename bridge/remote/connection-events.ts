/** What a QCop connection tells its owner. */
import type { DeviceBanner } from '../../contract/device.ts';
import type { SyncError } from '../../contract/errors.ts';
import type { Extension, MessageToDesktop } from '../../qdsync/index.ts';

export type ConnectionEvent =
  /** The device asks its owner whether to let this desktop in. */
  | { readonly kind: 'waiting-for-allow' }
  /** The link is to become TLS; then `secured` is to be called. */
  | { readonly kind: 'secure' }
  /** The device shows this code if nobody is between; a person has to compare, and `confirm` is to be called. */
  | { readonly kind: 'waiting-for-code'; readonly code: string }
  /** The password may be kept from now on. */
  | {
      readonly kind: 'logged-in';
      readonly banner: DeviceBanner;
      readonly password: string;
      /** Those that are on from now on. */
      readonly extensions: readonly Extension[];
      /** Fingerprint of the device's key; undefined: the connection is not protected. */
      readonly key: string | undefined;
    }
  | { readonly kind: 'message'; readonly message: MessageToDesktop }
  /** One more call was answered. */
  | { readonly kind: 'answered' }
  /** The silence asked for with `expectQuiet` has come. */
  | { readonly kind: 'quiet' }
  /** Something was received that can be done without; for logs. */
  | { readonly kind: 'ignored'; readonly detail: string }
  /** The last event. The link is to be closed once the bytes are written; no error: we wanted it. */
  | { readonly kind: 'ended'; readonly error: SyncError | undefined };

/** What an input leads to: content for the link, to be sealed as it is written, then events, each in order. */
export interface ConnectionOutput {
  readonly write: readonly Buffer[];
  readonly events: readonly ConnectionEvent[];
}

/** Sees every line; `text` gives it without its end, in latin1, with passwords blanked out. */
export type LineObserver = (direction: 'in' | 'out', text: () => string) => void;
