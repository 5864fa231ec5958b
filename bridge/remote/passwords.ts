/** Passwords by which devices know this desktop (spec: qdsync protocol 2.2). */
import { randomInt } from 'node:crypto';
import type { Password } from './handshake.ts';

/** Where passwords are kept, by the device's challenge. Synchronous: a device waits five seconds for a command. */
export interface PasswordStore {
  get: (challenge: string) => string | undefined;
  /** Called only after the device has accepted the password. */
  set: (challenge: string, password: string) => void;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** A 2009 device looks at so many characters only. */
const LENGTH = 8;

export function newPassword(): string {
  return Array.from({ length: LENGTH }, () => BASE62.charAt(randomInt(BASE62.length))).join('');
}

/** `fresh`: a new one, whatever is kept. */
export function passwordFrom(store: PasswordStore, challenge: string, fresh: boolean): Password {
  const kept = fresh ? undefined : store.get(challenge);
  return kept === undefined ? { text: newPassword(), known: false } : { text: kept, known: true };
}
