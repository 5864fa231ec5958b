/**
 * Sign-in and tokens of a real account in a page: asks Microsoft in silence as long as that works, and says what a person
 * has to do where it does not. Who waits for a token meanwhile goes on as soon as the person has done it.
 */
import { SyncError } from '../../contract/errors.ts';
import { isAborted, systemClock, type Clock } from '../outlook/graph/clock.ts';
import type { TokenRequest } from './account.ts';
import { Changing } from './changing.ts';
import { troubleOf, type MsalTrouble } from './msal-errors.ts';
import type { Grant, Msal, MsalRequest } from './msal.ts';
import { MAILBOX_PERMISSIONS, permissionsOf, type Permission } from './permissions.ts';
import type { Account, SignInState, TokenProvider } from './sign-in.ts';

export interface MicrosoftSignInOptions {
  /** Whether Outlook offers to sign in for us. */
  readonly nested: boolean;
  /** Loads MSAL; called once for each kind that is tried. */
  readonly open: (nested: boolean) => Promise<Msal>;
  /** Asks in a window of Outlook's, where a page cannot open one; undefined where there is none either. */
  readonly askInDialog?: (request: MsalRequest, hint: string | undefined) => Promise<Grant>;
  /** The address that the person is likely to sign in with. */
  readonly hint?: string;
  /** How long a token request waits for a person, in ms; 0 where nobody can be asked. */
  readonly patienceMs: number;
  readonly clock?: Clock;
}

/** A token with less than this left is not used any more, in ms. */
const MARGIN_MS = 60_000;

/** What a person is to be asked next time. */
interface Demand {
  readonly permissions: ReadonlySet<Permission>;
  readonly claims: string | null;
}

const NO_DEMAND: Demand = { permissions: new Set(), claims: null };

export class MicrosoftSignIn implements TokenProvider {
  readonly #options: MicrosoftSignInOptions;
  readonly #clock: Clock;
  readonly #state = new Changing<SignInState>({ kind: 'looking' });
  #nested: boolean;
  #msal: Promise<Msal> | undefined;
  #demand = NO_DEMAND;
  /** What the last window brought: the only place for what a window of Outlook's has brought. */
  #granted: Grant | undefined;
  /** Counts the windows: of two that are open the later one counts. */
  #windows = 0;

  constructor(options: MicrosoftSignInOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#nested = options.nested;
  }

  get state(): SignInState {
    return this.#state.value;
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener);
  }

  get signOut(): (() => Promise<void>) | null {
    return this.#nested ? null : () => this.#forget();
  }

  /** Who is signed in, as far as it is known. */
  get account(): Account | null {
    const { state } = this;
    return 'account' in state ? state.account : null;
  }

  /** Finds out, without a person, whether somebody is signed in. */
  async look(): Promise<void> {
    await this.#attempt({ permissions: MAILBOX_PERMISSIONS, claims: null, fresh: false });
  }

  async getToken({ permissions, refused }: TokenRequest, signal: AbortSignal): Promise<string> {
    const request = { permissions, claims: refused?.claims ?? null, fresh: refused !== undefined };
    const until = this.#clock.now() + this.#options.patienceMs;
    if (refused !== undefined) this.#granted = undefined;
    for (;;) {
      const granted = this.#granted;
      if (granted !== undefined && covers(granted, permissions, this.#clock.now())) return granted.token;
      const windows = this.#windows;
      const token = await this.#attempt(request);
      if (token !== null) return token;
      await this.#personActs(windows, until, signal);
    }
  }

  async signIn(datasets: readonly string[] = []): Promise<void> {
    const before = this.state;
    if (before.kind === 'signing-in' && this.#nested) return;
    this.#windows += 1;
    const window = this.#windows;
    const permissions = new Set([
      ...MAILBOX_PERMISSIONS,
      ...this.#demand.permissions,
      ...datasets.flatMap(permissionsOf),
    ]);
    const request = { permissions: [...permissions], claims: this.#demand.claims, fresh: true };
    this.#state.set({ kind: 'signing-in' });
    try {
      const granted = await this.#ask(request);
      if (window !== this.#windows) return;
      this.#granted = granted;
      this.#demand = NO_DEMAND;
      this.#state.set({ kind: 'signed-in', account: granted.account });
    } catch (error) {
      if (window !== this.#windows) return;
      const problem = problemOf(troubleOf(error), error);
      this.#state.set(
        before.kind === 'interaction-required' ? { ...before, problem } : { kind: 'signed-out', problem },
      );
    }
  }

  /** A token without asking anybody; null when a person has to be asked, which the state then says. */
  async #attempt(request: MsalRequest): Promise<string | null> {
    try {
      const grant = await (await this.#open()).silent(request);
      this.#found(grant);
      return grant.token;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.kind === 'not-nested' && this.#nested) {
        this.#leaveNest();
        return this.#attempt(request);
      }
      if (trouble.kind === 'problem') throw trouble.problem;
      this.#needs(request, trouble);
      return null;
    }
  }

  async #ask(request: MsalRequest): Promise<Grant> {
    const { askInDialog, hint } = this.#options;
    try {
      return await (await this.#open()).ask(request, hint);
    } catch (error) {
      const { kind } = troubleOf(error);
      if (kind === 'not-nested' && this.#nested) {
        this.#leaveNest();
        return this.#ask(request);
      }
      if (kind === 'no-window' && askInDialog !== undefined) return askInDialog(request, hint);
      throw error;
    }
  }

  #open(): Promise<Msal> {
    this.#msal ??= this.#options.open(this.#nested).catch((error: unknown) => {
      // It may load the next time.
      this.#msal = undefined;
      throw new SyncError('mailbox.unavailable', 'the sign-in could not be loaded', { cause: error });
    });
    return this.#msal;
  }

  #leaveNest(): void {
    this.#nested = false;
    this.#msal = undefined;
  }

  /** Silence has worked: whoever was missing is there, and what was missing, if this token allows it. */
  #found(grant: Grant): void {
    const { kind } = this.state;
    const { permissions, claims } = this.#demand;
    const isMet = claims === null && covers(grant, [...permissions], this.#clock.now());
    if (kind === 'interaction-required' ? !isMet : kind !== 'looking' && kind !== 'signed-out') return;
    this.#demand = NO_DEMAND;
    this.#state.set({ kind: 'signed-in', account: grant.account });
  }

  #needs({ permissions, claims }: MsalRequest, trouble: MsalTrouble): void {
    this.#demand = {
      permissions: new Set([...this.#demand.permissions, ...permissions]),
      claims: claims ?? this.#demand.claims,
    };
    const { state } = this;
    if (state.kind === 'signing-in') return;
    if (state.kind !== 'signed-in' && state.kind !== 'interaction-required') {
      this.#state.set({ kind: 'signed-out', problem: state.kind === 'signed-out' ? state.problem : null });
      return;
    }
    const why = trouble.kind === 'person' ? trouble.why : 'expired';
    this.#state.set({
      kind: 'interaction-required',
      account: state.account,
      why: this.#demand.claims === null ? why : 'challenge',
      permissions: [...this.#demand.permissions],
      problem: null,
    });
  }

  /** Resolves when a window later than the one given has brought something. */
  async #personActs(windows: number, until: number, signal: AbortSignal): Promise<void> {
    const hasActed = (): boolean => this.#windows > windows && this.state.kind === 'signed-in';
    const ended = new AbortController();
    const changed = this.#state.subscribe(() => {
      if (hasActed()) ended.abort();
    });
    try {
      if (!hasActed())
        await this.#clock.sleep(
          Math.max(0, until - this.#clock.now()),
          AbortSignal.any([signal, ended.signal]),
        );
    } catch (error) {
      if (!hasActed() || isAborted(signal)) throw error;
    } finally {
      changed();
    }
    if (!hasActed()) throw new SyncError('mailbox.signed-out', whatIsMissing(this.state));
  }

  async #forget(): Promise<void> {
    this.#granted = undefined;
    this.#demand = NO_DEMAND;
    await (await this.#open()).forget();
    this.#state.set({ kind: 'signed-out', problem: null });
  }
}

function covers(grant: Grant, permissions: readonly Permission[], now: number): boolean {
  const hasAll = permissions.every((permission) => grant.permissions.has(permission.toLowerCase()));
  return hasAll && grant.until - now > MARGIN_MS;
}

function problemOf(trouble: MsalTrouble, error: unknown): SyncError {
  if (trouble.kind === 'problem') return trouble.problem;
  if (trouble.kind === 'no-window') return new SyncError('sign-in.blocked', '', { cause: error });
  return new SyncError('sign-in.refused', error instanceof Error ? error.message : '', { cause: error });
}

function whatIsMissing(state: SignInState): string {
  if (state.kind !== 'interaction-required') return '';
  if (state.why === 'permission') return `a permission is missing: ${state.permissions.join(', ')}`;
  return state.why === 'challenge'
    ? 'the organisation asks to confirm who is signed in'
    : 'the sign-in has expired';
}
