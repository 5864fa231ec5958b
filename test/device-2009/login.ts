/**
 * Who may drive the device (spec: qdsync protocol 2.2 step 5 and 7): passwords remembered by their first
 * eight characters, the question on the device's screen, and ten minutes of refusing after three refusals.
 */
const PREFIX = 'Qtopia15';
const SIGNIFICANT = 8;
const REFUSALS_BEFORE_LOCK = 3;
const LOCK_MS = 600_000;

/** What the owner does when the device asks: presses Allow, presses Deny, or is away. */
export type OwnerAnswer = 'allow' | 'deny' | 'leave-open';

export type LoginOutcome =
  { readonly kind: 'allowed' | 'refused' } | { readonly kind: 'asking'; readonly dismiss: () => void };

interface Question {
  readonly password: string;
  readonly reply: (allowed: boolean) => void;
}

export class Login {
  readonly #now: () => number;
  readonly #known = new Set<string>();
  readonly #open = new Set<Question>();
  #owner: OwnerAnswer = 'allow';
  #refusals = 0;
  #lockedUntil = -Infinity;
  /** How often the question was put on the screen. */
  questions = 0;

  /** `now`: the device's clock, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many questions are on the screen now. */
  get open(): number {
    return this.#open.size;
  }

  /** What the owner does from now on; an open question is answered at once. */
  owner(answer: OwnerAnswer): void {
    this.#owner = answer;
    if (answer === 'leave-open') return;
    for (const question of [...this.#open]) {
      this.#open.delete(question);
      this.#remember(question.password, answer === 'allow');
      question.reply(answer === 'allow');
    }
  }

  /** The owner forgets all desktops and refusals, as after a reset of the device. */
  forget(): void {
    this.#known.clear();
    this.#refusals = 0;
    this.#lockedUntil = -Infinity;
  }

  /**
   * Checks the argument of PASS. A question that the owner leaves open is answered through `reply`, unless
   * `dismiss` takes it off the screen first, as the end of the link does.
   */
  check(secret: string, reply: (allowed: boolean) => void): LoginOutcome {
    const password = secret.slice(PREFIX.length, PREFIX.length + SIGNIFICANT);
    if (!secret.startsWith(PREFIX)) return { kind: 'refused' };
    if (this.#known.has(password)) return { kind: 'allowed' };
    if (this.#now() < this.#lockedUntil) return { kind: 'refused' };
    this.questions += 1;
    if (this.#owner !== 'leave-open') {
      this.#remember(password, this.#owner === 'allow');
      return { kind: this.#owner === 'allow' ? 'allowed' : 'refused' };
    }
    const question: Question = { password, reply };
    this.#open.add(question);
    return { kind: 'asking', dismiss: () => this.#open.delete(question) };
  }

  #remember(password: string, allowed: boolean): void {
    if (allowed) {
      this.#known.add(password);
      this.#refusals = 0;
    } else {
      this.#refusals += 1;
      if (this.#refusals >= REFUSALS_BEFORE_LOCK) {
        this.#lockedUntil = this.#now() + LOCK_MS;
        this.#refusals = 0;
      }
    }
  }
}
