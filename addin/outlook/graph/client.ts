/**
 * The Graph client: one request at a time per mailbox, every answer read whole, HTTP errors as values.
 *
 * Rejects only with a SyncError: `mailbox.unavailable` (no answer), `mailbox.host-not-allowed`,
 * `mailbox.signed-out`, `sync.cancelled`.
 */
import { Client, ResponseType, type GraphRequest } from '@microsoft/microsoft-graph-client';
import { SyncError, toSyncError } from '../../../contract/errors.ts';
import type { GraphAccount, TokenRequest } from '../../auth/account.ts';
import { claimsOf } from '../../auth/claims.ts';
import { MAILBOX_PERMISSIONS, type Permission } from '../../auth/permissions.ts';
import { isAborted, systemClock, type Clock } from './clock.ts';
import { carriedError, localChain, microsoftChain, type TakeRefusal } from './middleware.ts';

export interface GraphReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON of the body; undefined when there is none or it is no JSON. */
  readonly body: unknown;
}

export interface GraphRequestOptions {
  readonly signal: AbortSignal;
  /** Goes on top of the preferences that every request carries. */
  readonly prefer?: string;
}

export interface GraphClient {
  readonly clock: Clock;
  /** `url`: a path such as `/me/contacts?$top=1`, percent-encoded, or a link as the service gave it. */
  get(url: string, options: GraphRequestOptions): Promise<GraphReply>;
  post(url: string, body: unknown, options: GraphRequestOptions): Promise<GraphReply>;
  /** Stores bytes, such as a photo. */
  put(url: string, body: Blob, options: GraphRequestOptions): Promise<GraphReply>;
  /** The same client, in the same queue, for requests that need these permissions instead of those of the mailbox. */
  needing(permissions: readonly Permission[]): GraphClient;
  /** The token was refused within a batch, with this `WWW-Authenticate`: the next request gets another. */
  renewToken(header: string | undefined): void;
  /** Waits as long as the service asks for, and says so. Rejects when the signal aborts. */
  readonly waitThrottled: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface GraphClientOptions {
  readonly clock?: Clock;
  /** fetch() unless a test listens in between. */
  readonly fetcher?: typeof fetch;
  /** The service asks to wait, in ms; null: the wait is over. */
  readonly onThrottled?: (waitMs: number | null) => void;
}

export function createGraphClient(account: GraphAccount, options: GraphClientOptions = {}): GraphClient {
  const clock = options.clock ?? systemClock;
  const fetcher = options.fetcher ?? ((input, init) => fetch(input, init));
  const inTurn = oneAtATime();
  const waitThrottled = async (ms: number, signal: AbortSignal): Promise<void> => {
    options.onThrottled?.(ms);
    try {
      await clock.sleep(ms, signal);
    } finally {
      options.onThrottled?.(null);
    }
  };
  const clientFor = (permissions: readonly Permission[]): GraphClient => {
    let refusal: TokenRequest['refused'];
    const takeRefusal: TakeRefusal = () => {
      const taken = refusal;
      refusal = undefined;
      return taken;
    };
    const chainOptions = { clock, fetcher, takeRefusal, waitThrottled };
    const middleware =
      account.kind === 'local'
        ? localChain(account, chainOptions)
        : microsoftChain(account.tokens, permissions, chainOptions);
    return clientOf(Client.initWithMiddleware({ middleware }), {
      clock,
      inTurn,
      needing: clientFor,
      renewToken: (header) => (refusal = { claims: claimsOf(header) }),
      waitThrottled,
    });
  };
  return clientFor(MAILBOX_PERMISSIONS);
}

interface ClientParts {
  readonly clock: Clock;
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  readonly needing: GraphClient['needing'];
  readonly renewToken: GraphClient['renewToken'];
  readonly waitThrottled: GraphClient['waitThrottled'];
}

function clientOf(
  client: Client,
  { clock, inTurn, needing, renewToken, waitThrottled }: ClientParts,
): GraphClient {
  const run = (
    url: string,
    { signal, prefer }: GraphRequestOptions,
    send: (request: GraphRequest) => Promise<unknown>,
  ): Promise<GraphReply> =>
    inTurn(async () => {
      if (signal.aborted) throw new SyncError('sync.cancelled');
      const request = client.api(url).responseType(ResponseType.RAW).option('signal', signal);
      if (prefer !== undefined) request.header('Prefer', prefer);
      try {
        return await readReply((await send(request)) as Response);
      } catch (error) {
        if (isAborted(signal)) throw new SyncError('sync.cancelled', '', { cause: error });
        throw carriedError(error) ?? toSyncError(error, 'mailbox.unavailable');
      }
    });

  return {
    clock,
    needing,
    renewToken,
    waitThrottled,
    get: (url, requestOptions) => run(url, requestOptions, (request) => request.get() as Promise<unknown>),
    post: (url, body, requestOptions) =>
      run(url, requestOptions, (request) => request.post(body) as Promise<unknown>),
    put: (url, body, requestOptions) =>
      run(
        url,
        requestOptions,
        (request) => request.header('Content-Type', body.type).put(body) as Promise<unknown>,
      ),
  };
}

async function readReply(response: Response): Promise<GraphReply> {
  const text = await response.text();
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    // An answer that is no JSON (a proxy's page, an empty 503) says nothing beyond its status.
    body = undefined;
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

/** The service allows few open requests per mailbox; a batch alone uses all of them (spec: graph 5, 6). */
function oneAtATime(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task, task);
    last = turn.catch(() => undefined);
    return turn;
  };
}
