/** Making and comparing secrets. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, as text for headers and URLs. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret. They are long and random, so a plain hash cannot be turned back. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Takes the same time whatever the two hashes are. */
export function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
