/**
 * The pane's course: find the bridge, get a key, follow the events, and serve the mailbox all the while. Knows no
 * page: what it learns goes to `show`.
 */
import type { Hello } from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { PageAccount } from '../auth/page-account.ts';
import type { BridgeClient } from '../hosts/bridge-client.ts';
import { serveMailbox } from '../hosts/serve-mailbox.ts';
import { isAborted, pause, systemClock, type Clock } from '../outlook/graph/clock.ts';
import type { KeyStore } from './key-store.ts';
import { applyEvent, type MailboxState, type PaneState } from './pane-state.ts';

export interface PaneOptions {
  readonly bridge: BridgeClient;
  readonly keys: KeyStore;
  /** One-time secret that the page was opened with. */
  readonly invite: string | null;
  /** For people: where this page is, "Outlook" or "browser". */
  readonly label: () => string;
  /** The account that this page serves the mailbox of. */
  readonly openAccount: (outlook: Hello['outlook']) => Promise<PageAccount>;
  readonly show: (state: PaneState, mailbox: MailboxState) => void;
  readonly clock?: Clock;
}

const claimEveryMs = 1500;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Runs until the signal aborts. Never rejects. */
export async function runPane(options: PaneOptions, signal: AbortSignal): Promise<void> {
  await new Pane(options).run(signal);
}

class Pane {
  readonly #options: PaneOptions;
  readonly #clock: Clock;
  #state: PaneState = { kind: 'starting' };
  #mailbox: MailboxState = { kind: 'none' };
  #invite: string | null;

  constructor(options: PaneOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#invite = options.invite;
  }

  async run(signal: AbortSignal): Promise<void> {
    let rest = firstPauseMs;
    while (!signal.aborted) {
      try {
        const hello = await this.#options.bridge.hello(signal);
        await this.#obtainKey(signal);
        await this.#stayConnected(hello, signal, () => (rest = firstPauseMs));
      } catch (error) {
        if (isAborted(signal)) return;
        const problem = toSyncError(error);
        if (problem.code === 'api.unauthorized') this.#options.keys.clear();
        else this.#set({ kind: 'unreachable', problem });
      }
      await pause(this.#clock, rest, signal);
      rest = Math.min(longestPauseMs, rest * 2);
    }
  }

  #set(state: PaneState): void {
    this.#state = state;
    this.#options.show(state, this.#mailbox);
  }

  #setMailbox(mailbox: MailboxState): void {
    this.#mailbox = mailbox;
    this.#options.show(this.#state, mailbox);
  }

  /** Keeps the key that there is, trades the invitation, or shows a code until a person has confirmed it. */
  async #obtainKey(signal: AbortSignal): Promise<void> {
    const { bridge, keys, label } = this.#options;
    const invite = this.#invite;
    // It is good for one attempt, whatever comes of it.
    this.#invite = null;
    if (invite !== null) {
      try {
        keys.set(await bridge.pairRedeem(invite, label(), signal));
        return;
      } catch (error) {
        const { code } = toSyncError(error);
        if (code === 'bridge.not-running') throw error;
      }
    }
    while (keys.get() === null) {
      const { pairing, secret, code } = await bridge.pairStart(label(), signal);
      this.#set({ kind: 'pairing', code });
      for (let state = 'waiting'; state === 'waiting';) {
        await this.#clock.sleep(claimEveryMs, signal);
        const claim = await bridge.pairClaim(pairing, secret, signal);
        if (claim.state === 'confirmed') keys.set(claim.key);
        state = claim.state;
      }
    }
  }

  /** Follows the events and serves the mailbox; ends, or rejects, when the bridge goes away. */
  async #stayConnected(hello: Hello, signal: AbortSignal, connected: () => void): Promise<void> {
    const stay = new AbortController();
    const both = AbortSignal.any([signal, stay.signal]);
    const serving = this.#serveMailbox(hello, both);
    try {
      for await (const event of this.#options.bridge.events(both)) {
        connected();
        if (this.#state.kind === 'connected')
          this.#set({ kind: 'connected', status: applyEvent(this.#state.status, event) });
        else if (event.event === 'status') this.#set({ kind: 'connected', status: event.status });
      }
      throw new SyncError('bridge.not-running');
    } finally {
      this.#state = { kind: 'starting' };
      stay.abort();
      await serving;
    }
  }

  /** The mailbox host within this page. A key that is no good shows in the events as well. */
  async #serveMailbox({ outlook }: Hello, signal: AbortSignal): Promise<void> {
    const { bridge, label, openAccount } = this.#options;
    const account = await openAccount(outlook);
    await serveMailbox({ bridge, account, label, show: (state) => this.#setMailbox(state) }, signal);
  }
}
