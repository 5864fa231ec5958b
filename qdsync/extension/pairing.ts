/**
 * The code by which a person makes sure that both ends speak with each other and with nobody between them
 * (docs/protocol-extensions.md, "tls"). Each end gives a nonce, and the desktop commits itself to its own before it sees
 * the device's: who stands between them cannot choose keys or nonces that make both codes the same.
 */
import { createHash, randomBytes } from 'node:crypto';

const NONCE_BYTES = 32;
const CODES = 1_000_000;
const DIGITS = 6;

/** A nonce, in hexadecimal. */
export function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('hex');
}

export function isNonce(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** What the desktop says before its nonce: it cannot choose another one afterwards. */
export function commitmentOf(nonce: string): string {
  return createHash('sha256').update(`qdsync commitment ${nonce}`).digest('hex');
}

/** Six digits that both ends show. Keys are fingerprints in hexadecimal. */
export function pairingCode(parts: {
  readonly desktopKey: string;
  readonly deviceKey: string;
  readonly desktopNonce: string;
  readonly deviceNonce: string;
}): string {
  const { desktopKey, deviceKey, desktopNonce, deviceNonce } = parts;
  const text = ['qdsync code', desktopKey, deviceKey, desktopNonce, deviceNonce].join(' ');
  const number = createHash('sha256').update(text).digest().readUIntBE(0, 6) % CODES;
  return String(number).padStart(DIGITS, '0');
}
