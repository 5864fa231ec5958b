/** A page as an Outlook host: opens the mailbox of its account and serves the bridge, again and again until it ends. */
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { PageAccount } from '../auth/page-account.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { isAborted, pause, systemClock, type Clock } from '../outlook/graph/clock.ts';
import type { HostApi } from './bridge-client.ts';
import { runPluginHost } from './plugin-host.ts';

/** How a page serves its mailbox. */
export type ServingState =
  /** There is none that it could open. */
  | { readonly kind: 'none' }
  | { readonly kind: 'opening' }
  /** `mailbox`: whose, for people. `waitMs`: so long the service asks to wait now. */
  | { readonly kind: 'attached'; readonly mailbox: string; readonly waitMs?: number }
  /** It goes on by itself: after a pause, or when somebody has signed in. */
  | { readonly kind: 'waiting'; readonly problem: SyncError };

export interface ServeMailboxOptions {
  readonly bridge: HostApi;
  readonly account: PageAccount;
  /** For people: "task pane", "Sync button". */
  readonly label: () => string;
  readonly show: (state: ServingState) => void;
  readonly clock?: Clock;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Serves until the signal aborts. A key that is no good only shows in the state; what follows the events sees it too. */
export async function serveMailbox(options: ServeMailboxOptions, signal: AbortSignal): Promise<void> {
  const { bridge, account, label, show, clock = systemClock } = options;
  if (account.mailbox === null) {
    show({ kind: 'none' });
    return;
  }
  let state: ServingState = { kind: 'opening' };
  const tell = (next: ServingState): void => show((state = next));
  const onThrottled = (waitMs: number | null): void => {
    if (state.kind === 'attached')
      tell({ kind: 'attached', mailbox: state.mailbox, ...(waitMs !== null && { waitMs }) });
    else if (waitMs !== null) tell({ kind: 'waiting', problem: new SyncError('mailbox.throttled') });
  };
  tell(state);
  for (let rest = firstPauseMs; !signal.aborted; rest = Math.min(longestPauseMs, rest * 2)) {
    try {
      const mailbox = await openMailboxOf(account.mailbox, onThrottled, signal);
      const attached = { kind: 'attached', mailbox: mailbox.identity.displayName } as const;
      const onState = (problem: SyncError | null): void =>
        tell(problem === null ? attached : { kind: 'waiting', problem });
      await whileSignedIn(account.signIn, signal, (signedIn) =>
        runPluginHost(
          {
            bridge,
            mailbox,
            label: label(),
            onState: (state) => onState(state.state === 'attached' ? null : state.problem),
            clock,
          },
          signedIn,
        ),
      );
      // Somebody else may sign in next, whose mailbox is another one.
      if (!isAborted(signal)) tell({ kind: 'opening' });
    } catch (error) {
      if (isAborted(signal)) return;
      tell({ kind: 'waiting', problem: toSyncError(error) });
      await pause(clock, rest, signal);
    }
  }
}

/** Runs with a signal that aborts with the one given, and when the person signs out. */
async function whileSignedIn(
  signIn: SignIn,
  signal: AbortSignal,
  run: (signedIn: AbortSignal) => Promise<void>,
): Promise<void> {
  const out = new AbortController();
  const unsubscribe = signIn.subscribe(() => {
    if (signIn.state.kind === 'signed-out') out.abort();
  });
  try {
    await run(AbortSignal.any([signal, out.signal]));
  } finally {
    unsubscribe();
  }
}

/** The plugins are loaded only now: a page shows itself before it needs them. */
async function openMailboxOf(
  { account, tenant }: NonNullable<PageAccount['mailbox']>,
  onThrottled: (waitMs: number | null) => void,
  signal: AbortSignal,
) {
  const id = await tenant(signal);
  const [{ createGraphClient }, { openMailbox }] = await Promise.all([
    import('../outlook/graph/client.ts'),
    import('../outlook/mailbox.ts'),
  ]);
  return openMailbox(createGraphClient(account, { onThrottled }), id, signal);
}
