/**
 * The pane's course: find the bridge, get a key, follow the events, and serve the mailbox all the while. Knows no
 * page: what it learns goes to the handlers.
 */
import type { BridgeEvent, Hello } from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { PageAccount } from '../auth/page-account.ts';
import type { BridgeClient } from '../hosts/bridge-client.ts';
import { explainFailure } from '../hosts/reach.ts';
import { serveMailbox } from '../hosts/serve-mailbox.ts';
import { isAborted, pause, systemClock, type Clock } from '../outlook/graph/clock.ts';
import type { KeyStore } from './key-store.ts';
import type { MailboxState, PaneState } from './pane-state.ts';

export interface PaneOptions {
  readonly bridge: BridgeClient;
  readonly keys: KeyStore;
  /** One-time secret that the page was opened with. */
  readonly invite: string | null;
  /** For people: where this page is, "Outlook" or "browser". */
  readonly label: () => string;
  /** The account that this page serves the mailbox of. */
  readonly openAccount: (outlook: Hello['outlook']) => Promise<PageAccount>;
  readonly onLink: (link: PaneState) => void;
  /** Of the bridge that is connected; the first one is its whole status. */
  readonly onEvent: (event: BridgeEvent) => void;
  readonly onMailbox: (mailbox: MailboxState) => void;
  readonly clock?: Clock;
}

const claimEveryMs = 1500;
/** How long it is waited to know where this page is: the person sees a page by it in the list of pages. */
const labelMs = 3000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

export class PaneCourse {
  readonly #options: PaneOptions;
  readonly #clock: Clock;
  #invite: string | null;
  #wake = new AbortController();

  constructor(options: PaneOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#invite = options.invite;
  }

  /** Tries again now, where it waits to try again. */
  retry(): void {
    this.#wake.abort();
  }

  /** Runs until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let rest = firstPauseMs;
    while (!signal.aborted) {
      try {
        const hello = await this.#hello(signal);
        // A page that waits for its key is in Outlook's colours as well. What goes wrong is told where it is waited for.
        const opened = this.#options.openAccount(hello.outlook).catch(() => undefined);
        await this.#obtainKey(opened, signal);
        await this.#stayConnected(hello, signal, () => (rest = firstPauseMs));
      } catch (error) {
        if (isAborted(signal)) return;
        const problem = toSyncError(error);
        if (problem.code === 'api.unauthorized') this.#options.keys.clear();
        else this.#options.onLink({ kind: 'unreachable', problem });
      }
      this.#wake = new AbortController();
      await pause(this.#clock, rest, AbortSignal.any([signal, this.#wake.signal]));
      rest = Math.min(longestPauseMs, rest * 2);
    }
  }

  async #hello(signal: AbortSignal): Promise<Hello> {
    try {
      return await this.#options.bridge.hello(signal);
    } catch (error) {
      throw await explainFailure(toSyncError(error));
    }
  }

  /** Keeps the key that there is, trades the invitation, or shows a code until a person has confirmed it. */
  async #obtainKey(opened: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const { bridge, keys, label } = this.#options;
    const invite = this.#invite;
    if (invite === null && keys.get() !== null) return;
    const known = new AbortController();
    await Promise.race([opened, pause(this.#clock, labelMs, AbortSignal.any([signal, known.signal]))]);
    known.abort();
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
      this.#options.onLink({ kind: 'pairing', code });
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
        this.#options.onEvent(event);
      }
      throw new SyncError('bridge.not-running');
    } finally {
      stay.abort();
      await serving;
    }
  }

  /** The mailbox host within this page. A key that is no good shows in the events as well. */
  async #serveMailbox({ outlook }: Hello, signal: AbortSignal): Promise<void> {
    const { bridge, label, openAccount, onMailbox } = this.#options;
    const account = await openAccount(outlook);
    await serveMailbox({ bridge, account, label, show: onMailbox }, signal);
  }
}
