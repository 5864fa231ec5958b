/** Who may log in: desktops that were let in before, and those that the owner lets in now. */
import type { EpochMs } from '../../contract/client-plugin.ts';
import type { Db } from '../store/database.ts';
import { KnownDesktops, isUsable } from './passwords.ts';
import { Refusals } from './refusals.ts';

/** What becomes of a desktop that is not known yet. */
export type AcceptPolicy =
  | { readonly accept: 'allow' }
  | { readonly accept: 'deny' }
  /** `ask` puts the question to the owner; undefined: there is nobody to ask. */
  | { readonly accept: 'ask'; readonly ask: Ask | undefined };

/** Resolves to the owner's answer; rejects with the signal's reason when the desktop goes away. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<boolean>;

export interface Question {
  readonly isProtected: boolean;
  /** What the desktop has to show to be the one that asks; undefined: it has not offered to, as on this machine itself. */
  readonly code: string | undefined;
}

/** Why a desktop was let in or not, in words for the log. */
export interface Verdict {
  readonly allowed: boolean;
  readonly reason: string;
}

/** What a desktop shows of itself: its password, its key where the connection is protected, and what it has to show. */
export interface Attempt {
  readonly password: string;
  readonly peerKey?: string;
  readonly code?: string;
}

export class LoginGate {
  readonly #known: KnownDesktops;
  readonly #refusals: Refusals;
  readonly #policy: AcceptPolicy;

  constructor(db: Db, policy: AcceptPolicy, now: () => EpochMs) {
    this.#known = new KnownDesktops(db);
    this.#refusals = new Refusals(db, now);
    this.#policy = policy;
  }

  /**
   * Judges a password (without its prefix), together with the key that the desktop has shown: with another key, or none,
   * it is another desktop. A known desktop gets in even while unknown ones are locked out, so
   * that a stranger cannot keep it away.
   */
  async judge({ password, peerKey, code }: Attempt, signal: AbortSignal): Promise<Verdict> {
    if (!isUsable(password)) return refused('the password is empty or too long');
    const hash = await this.#known.hash(peerKey === undefined ? password : `${password} ${peerKey}`);
    signal.throwIfAborted();
    if (this.#known.isKnown(hash)) return { allowed: true, reason: 'it is known' };
    const locked = this.#refusals.lockedFor();
    if (locked > 0) {
      return refused(
        `unknown desktops are locked out for ${Math.ceil(locked / 1000)} s after three refusals`,
      );
    }
    const verdict = await this.#decide({ isProtected: peerKey !== undefined, code }, signal);
    if (verdict.allowed) {
      this.#known.remember(hash);
      this.#refusals.clear();
    } else {
      this.#refusals.add();
    }
    return verdict;
  }

  async #decide(question: Question, signal: AbortSignal): Promise<Verdict> {
    const policy = this.#policy;
    switch (policy.accept) {
      case 'allow':
        return { allowed: true, reason: 'unknown desktops are allowed' };
      case 'deny':
        return refused('it is not known, and unknown desktops are denied');
      case 'ask': {
        if (policy.ask === undefined) {
          return refused('it is not known, and there is no terminal to ask the owner on (see --accept)');
        }
        const allowed = await policy.ask(question, signal);
        return allowed ? { allowed, reason: 'the owner allowed it' } : refused('the owner denied it');
      }
    }
  }
}

function refused(reason: string): Verdict {
  return { allowed: false, reason };
}
