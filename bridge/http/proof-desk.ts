/** Answers those who want to know whether this is their bridge, before they send it anything (contract/bridge-proof.ts). */
import { Router } from 'express';
import type { z } from 'zod';
import { paths } from '../../contract/api.ts';
import {
  proofKeyOfVerifier,
  proofRequestSchema,
  type ProofKey,
  type proofSchema,
} from '../../contract/bridge-proof.ts';
import { limitBody, readBody } from './limit-body.ts';

const MAX_BYTES = 1024;
/** More than there can be keys, invitations and tokens at one time. */
const MAX_KNOWN = 200;

export class ProofDesk {
  readonly #verifiers: () => readonly Buffer[];
  /** By the verifier in hex: making a proof key costs two HMACs. */
  readonly #known = new Map<string, Promise<ProofKey>>();

  /** `verifiers`: the SHA-256 of every secret that is good now. */
  constructor(verifiers: () => readonly Buffer[]) {
    this.#verifiers = verifiers;
  }

  /** Null where no secret has this id. The id is not secret, so that it may be compared as it is. */
  async prove(id: string, origin: string, nonce: string): Promise<string | null> {
    const keys = await Promise.all(this.#verifiers().map((verifier) => this.#keyOf(verifier)));
    return keys.find((key) => key.id === id)?.prove(origin, nonce) ?? null;
  }

  #keyOf(verifier: Buffer): Promise<ProofKey> {
    const name = verifier.toString('hex');
    let key = this.#known.get(name);
    if (key === undefined) {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      key = proofKeyOfVerifier(new Uint8Array(verifier));
      this.#known.set(name, key);
    }
    return key;
  }
}

/** `POST /api/prove`, without a key. `origin` is what this bridge answers for: the Host has been checked before. */
export function proofRoutes(desk: ProofDesk): Router {
  const router = Router();
  router.post(paths.prove, limitBody(MAX_BYTES), async (request, response) => {
    const { id, nonce } = readBody(proofRequestSchema, request.body);
    const origin = `https://${request.headers.host ?? ''}`;
    response.json({ proof: await desk.prove(id, origin, nonce) } satisfies z.infer<typeof proofSchema>);
  });
  return router;
}
