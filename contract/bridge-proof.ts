/**
 * How the bridge proves to a page or a program, before that one sends anything, that it is the bridge which gave it its
 * secret. Both sides know `verifier`, the SHA-256 of the secret; the bridge keeps nothing else of it.
 *
 *     asks:     { id: HMAC(verifier, "id"), nonce }
 *     answers:  { proof: HMAC(verifier, "proof" ORIGIN nonce) }
 *
 * Whoever else sits on the port learns a random nonce and an id that is good for nothing. The origin is part of what is
 * proved, so that an answer of the bridge at another address cannot be passed on as an answer for this one.
 */
import { z } from 'zod';

export const proofRequestSchema = z.strictObject({
  /** 64 hex digits. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** 256 random bits in hex. */
  nonce: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ProofRequest = z.infer<typeof proofRequestSchema>;

/** Null: the bridge has never given this secret to anybody, or has taken it back. */
export const proofSchema = z.object({ proof: z.string().nullable() });

const encoder = new TextEncoder();

/** Proves and checks with one secret's verifier. */
export interface ProofKey {
  /** By which the other side finds the secret; not secret itself. */
  readonly id: string;
  prove(origin: string, nonce: string): Promise<string>;
}

export async function proofKeyOf(secret: string): Promise<ProofKey> {
  return proofKeyOfVerifier(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(secret))));
}

/** `verifier` is the SHA-256 of the secret. */
export async function proofKeyOfVerifier(verifier: Uint8Array<ArrayBuffer>): Promise<ProofKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
  const key = await crypto.subtle.importKey('raw', verifier, algorithm, false, ['sign']);
  const mac = async (text: string): Promise<string> =>
    hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))));
  return {
    id: await mac('outlook-device-sync id'),
    prove: (origin, nonce) => mac(`outlook-device-sync proof\n${origin}\n${nonce}`),
  };
}

export function newNonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
