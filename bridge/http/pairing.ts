/**
 * How a page gets a key without any secret in the page itself: it shows a code, and the person confirms the code
 * with a program that can read this user's files; or that program opens the page with a one-time invitation.
 * Bounded in number and time; each code and invitation works once.
 */
import { randomInt, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { pairClaimSchema, pairStartSchema } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { systemClock, type Clock } from '../hosts/clock.ts';
import { hashSecret, makeSecret, sameHash } from './secrets.ts';

export const PAIRING_MS = 5 * 60_000;
export const MAX_WAITING = 20;
/** Without the look-alikes 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const ALPHABET = '34679ACDEFGHJKMNPQRTWXY';
const CODE_LENGTH = 8;

interface Pairing {
  readonly id: string;
  readonly label: string;
  readonly code: string;
  readonly secret: Buffer;
  readonly endsAt: number;
  state: 'waiting' | 'confirmed';
}

interface Invite {
  readonly secret: Buffer;
  readonly endsAt: number;
}

export interface PairingDeskOptions {
  readonly issueKey: (label: string) => string;
  readonly clock?: Clock;
  /** A pairing began, was confirmed or was claimed. */
  readonly onChange?: () => void;
}

export class PairingDesk {
  readonly #issueKey: (label: string) => string;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #pairings = new Map<string, Pairing>();
  readonly #invites = new Set<Invite>();

  constructor(options: PairingDeskOptions) {
    this.#issueKey = options.issueKey;
    this.#clock = options.clock ?? systemClock;
    this.#onChange = options.onChange ?? (() => undefined);
  }

  /** Pairings whose code waits to be confirmed. */
  get waiting(): number {
    this.#forgetEnded();
    return [...this.#pairings.values()].filter(({ state }) => state === 'waiting').length;
  }

  /** The SHA-256 of every secret that waits for its page. */
  get verifiers(): readonly Buffer[] {
    this.#forgetEnded();
    return [...this.#pairings.values(), ...this.#invites].map(({ secret }) => secret);
  }

  /**
   * A page asks for a code to show. `secret` is how the page claims its key later. Of too many codes that wait the oldest
   * gives way: nobody can keep others from pairing by asking for codes.
   */
  start(label: string): z.infer<typeof pairStartSchema> {
    this.#forgetEnded();
    const [oldest] = this.#pairings.keys();
    if (this.#pairings.size >= MAX_WAITING && oldest !== undefined) this.#pairings.delete(oldest);
    const secret = makeSecret();
    const pairing: Pairing = {
      id: randomUUID(),
      label,
      code: this.#freshCode(),
      secret: hashSecret(secret),
      endsAt: this.#clock.now() + PAIRING_MS,
      state: 'waiting',
    };
    this.#pairings.set(pairing.id, pairing);
    this.#onChange();
    return { pairing: pairing.id, secret, code: forPeople(pairing.code) };
  }

  /** The page asks whether its code was confirmed. The key is told once. */
  claim(id: string, secret: string): z.infer<typeof pairClaimSchema> {
    this.#forgetEnded();
    const pairing = this.#pairings.get(id);
    if (pairing === undefined || !sameHash(pairing.secret, hashSecret(secret))) return { state: 'expired' };
    if (pairing.state === 'waiting') return { state: 'waiting' };
    this.#pairings.delete(id);
    this.#onChange();
    return { state: 'confirmed', key: this.#issueKey(pairing.label) };
  }

  /**
   * The person confirms a code; blanks, dashes and case do not matter. Returns the page's label.
   * @throws SyncError `api.pairing`
   */
  confirm(code: string): string {
    this.#forgetEnded();
    const wanted = hashSecret(code.toUpperCase().replace(/[\s-]/g, ''));
    for (const pairing of this.#pairings.values()) {
      if (pairing.state !== 'waiting' || !sameHash(hashSecret(pairing.code), wanted)) continue;
      pairing.state = 'confirmed';
      this.#onChange();
      return pairing.label;
    }
    throw new SyncError('api.pairing');
  }

  /** A one-time secret for a page that is about to be opened; the oldest gives way when there are too many. */
  invite(): string {
    this.#forgetEnded();
    const [oldest] = this.#invites;
    if (this.#invites.size >= MAX_WAITING && oldest !== undefined) this.#invites.delete(oldest);
    const secret = makeSecret();
    this.#invites.add({ secret: hashSecret(secret), endsAt: this.#clock.now() + PAIRING_MS });
    return secret;
  }

  /**
   * Trades an invitation for a key.
   * @throws SyncError `api.pairing`
   */
  redeem(secret: string, label: string): string {
    this.#forgetEnded();
    const hash = hashSecret(secret);
    for (const invite of this.#invites) {
      if (!sameHash(invite.secret, hash)) continue;
      this.#invites.delete(invite);
      return this.#issueKey(label);
    }
    throw new SyncError('api.pairing');
  }

  #freshCode(): string {
    for (;;) {
      const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
      if (![...this.#pairings.values()].some((pairing) => pairing.code === code)) return code;
    }
  }

  #forgetEnded(): void {
    const now = this.#clock.now();
    for (const { id, endsAt } of this.#pairings.values()) if (endsAt <= now) this.#pairings.delete(id);
    for (const invite of this.#invites) if (invite.endsAt <= now) this.#invites.delete(invite);
  }
}

/** `K7MAQX3C` as `K7MA-QX3C`. */
function forPeople(code: string): string {
  return `${code.slice(0, CODE_LENGTH / 2)}-${code.slice(CODE_LENGTH / 2)}`;
}
