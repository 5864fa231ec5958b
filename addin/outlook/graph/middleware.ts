/**
 * The middleware chain under the Graph SDK's client: carry errors → authenticate → prefer → repeat → send.
 *
 * The SDK's own chain is not used: its retry handler repeats POST (and so makes doubles), its telemetry handler
 * talks about us, and its host check does not parse the address as fetch() does.
 */
import { GraphClientError, type Context, type Middleware } from '@microsoft/microsoft-graph-client';
import { GRAPH_REQUEST_MS } from '../../../contract/api.ts';
import { SyncError, toSyncError } from '../../../contract/errors.ts';
import type { LocalAccount, LocalToken, TokenRequest, TokenSource } from '../../auth/account.ts';
import { claimsOf } from '../../auth/claims.ts';
import type { Permission } from '../../auth/permissions.ts';
import type { Clock } from './clock.ts';
import { GRAPH_ORIGIN, requireGraphHost } from './hosts.ts';
import { isTurnedAway, MAX_REPEATS, MAX_WAIT_MS, parseRetryAfter, waitBefore } from './retry.ts';

/** Set on every request and on every part of a batch, so that an item never shows two ids (spec: graph 7). */
export const IMMUTABLE_IDS = 'IdType="ImmutableId"';

/** Brings typed errors through the SDK, which passes only its own error class on untouched. */
const carried = new WeakMap<Error, SyncError>();

function carry(error: SyncError): GraphClientError {
  const carrier = new GraphClientError(error.message);
  carried.set(carrier, error);
  return carrier;
}

/** The typed error behind what the SDK's client threw; undefined when it is the SDK's own. */
export function carriedError(error: unknown): SyncError | undefined {
  return error instanceof Error ? carried.get(error) : undefined;
}

type Step = (context: Context, next: (context: Context) => Promise<void>) => Promise<void>;

class Link implements Middleware {
  readonly #step: Step;
  #next: Middleware | undefined;

  constructor(step: Step) {
    this.#step = step;
  }

  execute(context: Context): Promise<void> {
    return this.#step(context, async (passed) => this.#next?.execute(passed));
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }
}

const urlOf = (context: Context): string =>
  typeof context.request === 'string' ? context.request : context.request.url;

function setHeader(context: Context, name: string, value: string): void {
  context.options = { ...context.options, headers: { ...headersOf(context), [name]: value } };
}

function headersOf(context: Context): Record<string, string> {
  return Object.fromEntries(new Headers(context.options?.headers));
}

function signalOf(context: Context): AbortSignal {
  return context.options?.signal ?? new AbortController().signal;
}

const carryErrors: Step = async (context, next) => {
  try {
    await next(context);
  } catch (error) {
    throw carry(
      signalOf(context).aborted
        ? new SyncError('sync.cancelled', '', { cause: error })
        : toSyncError(error, 'mailbox.unavailable'),
    );
  }
};

/** That a token was refused where this chain does not see it: within a batch. Taken by the next request. */
export type TakeRefusal = () => TokenRequest['refused'];

/**
 * Adds the account's token, to Graph addresses only. A refused token is renewed once, with the claims that the service
 * asks for, if it does.
 */
function authenticate<Token extends string>(
  takeRefusal: TakeRefusal,
  getToken: (refused: TokenRequest['refused'], signal: AbortSignal) => Promise<Token> | Token,
): Step {
  return async (context, next) => {
    const send = async (refused: TokenRequest['refused']): Promise<void> => {
      requireGraphHost(urlOf(context));
      const token = await getToken(refused, signalOf(context));
      setHeader(context, 'authorization', `Bearer ${token}`);
      await next(context);
    };
    await send(takeRefusal());
    if (context.response?.status === 401)
      await send({ claims: claimsOf(context.response.headers.get('www-authenticate')) });
  };
}

/** The service forgets preferences from page to page: they are set here, on every request. */
const prefer: Step = async (context, next) => {
  const own = headersOf(context).prefer;
  setHeader(context, 'prefer', own === undefined ? IMMUTABLE_IDS : `${IMMUTABLE_IDS}, ${own}`);
  await next(context);
};

/** Sends a request again that was turned away, as long as the service asks for, within bounds. */
function repeat({ clock, waitThrottled }: ChainOptions): Step {
  return async (context, next) => {
    const repeatable = context.options?.method === 'GET';
    let waited = 0;
    for (let count = 0; ; count++) {
      await next(context);
      const response = context.response;
      if (response === undefined || !isTurnedAway(response.status, repeatable)) return;
      const asked = parseRetryAfter(response.headers.get('retry-after') ?? undefined, clock.now());
      const wait = waitBefore(count, asked);
      if (count >= MAX_REPEATS || waited + wait > MAX_WAIT_MS) return;
      await response.body?.cancel();
      waited += wait;
      const signal = signalOf(context);
      await (response.status === 429 ? waitThrottled(wait, signal) : clock.sleep(wait, signal));
    }
  };
}

async function send(url: string, context: Context, fetcher: typeof fetch): Promise<void> {
  context.response = await fetcher(url, {
    ...context.options,
    // A redirect would carry the request, perhaps with its token, to where the service points.
    redirect: 'error',
    signal: AbortSignal.any([signalOf(context), AbortSignal.timeout(GRAPH_REQUEST_MS)]),
  });
}

/** Sends to Microsoft's Graph hosts, and checks that once more where the request leaves. */
function sendToMicrosoft(fetcher: typeof fetch): Step {
  return async (context) => send(requireGraphHost(urlOf(context)).href, context, fetcher);
}

/** Sends to the local mailbox instead of the host named: never a token but a made-up one. */
function sendToLocalMailbox(origin: string, fetcher: typeof fetch): Step {
  return async (context) => {
    if (!(headersOf(context).authorization ?? '').startsWith('Bearer local-'))
      throw new SyncError('mailbox.host-not-allowed', `a real token was meant for ${origin}`);
    const url = new URL(urlOf(context));
    if (url.origin !== GRAPH_ORIGIN) throw new SyncError('mailbox.host-not-allowed', url.origin);
    await send(`${origin}${url.pathname}${url.search}`, context, fetcher);
  };
}

const chain = (...steps: readonly Step[]): Middleware[] => steps.map((step) => new Link(step));

export interface ChainOptions {
  readonly takeRefusal: TakeRefusal;
  readonly clock: Clock;
  readonly fetcher: typeof fetch;
  /** Waits for a service that asks to slow down, and says so. */
  readonly waitThrottled: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The chain of a real account. It has no place where another host's address could come in. */
export function microsoftChain(
  tokens: TokenSource,
  permissions: readonly Permission[],
  options: ChainOptions,
): Middleware[] {
  const getToken = (refused: TokenRequest['refused'], signal: AbortSignal): Promise<string> =>
    tokens.getToken({ permissions, ...(refused !== undefined && { refused }) }, signal);
  return chain(
    carryErrors,
    authenticate(options.takeRefusal, getToken),
    prefer,
    repeat(options),
    sendToMicrosoft(options.fetcher),
  );
}

/** The chain of the local mailbox. It has no place where a real token could come in. */
export function localChain(account: LocalAccount, options: ChainOptions): Middleware[] {
  return chain(
    carryErrors,
    authenticate<LocalToken>(options.takeRefusal, (refused) => account.getToken(refused !== undefined)),
    prefer,
    repeat(options),
    sendToLocalMailbox(account.origin, options.fetcher),
  );
}
