/** Who may be spoken to, how protected: decisions and the desktop's part of a pairing. No I/O. */
import type { DeviceBanner } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  TLS,
  commitmentOf,
  formatPair,
  isNonce,
  newNonce,
  pairingCode,
  type Line,
} from '../../qdsync/index.ts';

/** What is known of a device, and what a person has consented to. Keys are fingerprints in hexadecimal. */
export interface Protection {
  /** Of our own key. */
  readonly ownKey: string;
  /** The link ends on this PC, where nobody can get between: no code is compared, and a device of 2009 needs no consent. */
  readonly isLocal: boolean;
  /** The key that the device was pinned to; undefined: none yet. */
  readonly pinned: () => string | undefined;
  /** Whether a person has consented to speak with this device unprotected. */
  readonly allowsPlain: () => boolean;
}

export interface Secured {
  /** Fingerprint of the device's key. */
  readonly key: string;
  /** The code that both ends show, where the device was not known before. */
  readonly code: string | undefined;
}

/** Whether a person has to compare a code before the device is believed. */
export function needsCode(protection: Protection): boolean {
  return !protection.isLocal && protection.pinned() === undefined;
}

export type Way = { readonly kind: 'tls' | 'plain' } | { readonly kind: 'refuse'; readonly error: SyncError };

/** How to go on with a device that greets over an open link. `protection` undefined: the link needs none. */
export function decideProtection(protection: Protection | undefined, banner: DeviceBanner): Way {
  if (protection === undefined) return { kind: 'plain' };
  if (banner.extensions.includes(TLS)) return { kind: 'tls' };
  if (protection.pinned() !== undefined) {
    return { kind: 'refuse', error: new SyncError('device.downgrade') };
  }
  if (protection.isLocal || protection.allowsPlain()) return { kind: 'plain' };
  return { kind: 'refuse', error: new SyncError('device.unprotected') };
}

const NONCE_STATUS = 351;
const PAIRED_STATUS = 250;

/** The desktop's part: its commitment, its nonce once it has the device's, and the code in the end. */
export class Pairing {
  readonly deviceKey: string;
  readonly #ownKey: string;
  readonly #nonce = newNonce();
  #deviceNonce: string | undefined;

  constructor(ownKey: string, deviceKey: string) {
    this.#ownKey = ownKey;
    this.deviceKey = deviceKey;
  }

  /** What is said first. */
  get commitment(): string {
    return formatPair(commitmentOf(this.#nonce));
  }

  hear(
    line: Line,
  ):
    | { readonly kind: 'say'; readonly line: string }
    | { readonly kind: 'paired'; readonly code: string }
    | { readonly kind: 'wrong' } {
    if (line.kind !== 'status') return { kind: 'wrong' };
    if (line.code === NONCE_STATUS && this.#deviceNonce === undefined && isNonce(line.text)) {
      this.#deviceNonce = line.text;
      return { kind: 'say', line: formatPair(this.#nonce) };
    }
    if (line.code !== PAIRED_STATUS || this.#deviceNonce === undefined) return { kind: 'wrong' };
    const code = pairingCode({
      desktopKey: this.#ownKey,
      deviceKey: this.deviceKey,
      desktopNonce: this.#nonce,
      deviceNonce: this.#deviceNonce,
    });
    return { kind: 'paired', code };
  }
}
