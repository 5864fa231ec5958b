/**
 * Makes sure that the bridge is the bridge before a secret, or anything that needs one, is sent to it: once for each
 * contact. A contact ends when a request fails or a stream breaks off, since somebody else could be there afterwards.
 */
import { newNonce, proofKeyOf, type ProofRequest } from '../../contract/bridge-proof.ts';
import { SyncError } from '../../contract/errors.ts';

export interface Proving {
  /**
   * Resolves when the bridge has proved, in this contact, that it knows the secret.
   * @throws SyncError `bridge.unproven`, or whatever asking ends with
   */
  ensure(secret: string, signal: AbortSignal): Promise<void>;
  /** The contact has ended. */
  forget(): void;
}

/** `origin`: where the bridge is; `ask` sends the request, without any key, and returns the proof. */
export function createProving(
  origin: string,
  ask: (request: ProofRequest, signal: AbortSignal) => Promise<string | null>,
): Proving {
  let proved = new Set<string>();
  return {
    async ensure(secret, signal) {
      if (proved.has(secret)) return;
      const contact = proved;
      const key = await proofKeyOf(secret);
      const nonce = newNonce();
      const [proof, expected] = await Promise.all([
        ask({ id: key.id, nonce }, signal),
        key.prove(origin, nonce),
      ]);
      if (proof !== expected)
        throw new SyncError('bridge.unproven', proof === null ? 'it does not know this key' : '');
      contact.add(secret);
    },
    forget() {
      proved = new Set();
    },
  };
}
