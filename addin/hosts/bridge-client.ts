/**
 * The bridge's HTTP API as functions: for pages and for the headless host, over fetch() alone. Every answer is
 * validated; whatever goes wrong is a SyncError, with the bridge's own code where it gave one. No secret, and nothing that
 * needs one, is sent before the bridge has proved that it knows the secret.
 */
import { z } from 'zod';
import {
  attachSchema,
  errorBodySchema,
  eventSchema,
  helloSchema,
  HOST_POLL_MS,
  nextSchema,
  pairClaimSchema,
  pairRedeemSchema,
  pairStartSchema,
  paths,
  startedSchema,
  statusSchema,
  type Attached,
  type attachRequestSchema,
  type BridgeEvent,
  type Hello,
  type HostAnswer,
  type nextRequestSchema,
  type Status,
} from '../../contract/api.ts';
import { proofSchema } from '../../contract/bridge-proof.ts';
import { isErrorCode, SyncError } from '../../contract/errors.ts';
import { jobSchema, type Job, type StartRequest } from '../../contract/job.ts';
import { createProving } from './bridge-proving.ts';
import { readEvents } from './event-stream.ts';

/** What a host needs of the bridge. */
export interface HostApi {
  attach(request: z.infer<typeof attachRequestSchema>, signal: AbortSignal): Promise<Attached>;
  next(request: z.infer<typeof nextRequestSchema>, signal: AbortSignal): Promise<z.infer<typeof nextSchema>>;
  answer(host: string, call: string, answer: HostAnswer, signal: AbortSignal): Promise<void>;
  detach(host: string, signal: AbortSignal): Promise<void>;
}

/** What a page needs besides. */
export interface PageApi {
  hello(signal: AbortSignal): Promise<Hello>;
  pairStart(label: string, signal: AbortSignal): Promise<z.infer<typeof pairStartSchema>>;
  pairClaim(pairing: string, secret: string, signal: AbortSignal): Promise<z.infer<typeof pairClaimSchema>>;
  pairRedeem(secret: string, label: string, signal: AbortSignal): Promise<string>;
  status(signal: AbortSignal): Promise<Status>;
  job(id: string, signal: AbortSignal): Promise<Job>;
  startSync(request: StartRequest, signal: AbortSignal): Promise<string>;
  cancelSync(signal: AbortSignal): Promise<void>;
  /** Events as they happen; ends when the bridge closes the stream. Unknown kinds of events are skipped. */
  events(signal: AbortSignal): AsyncIterable<BridgeEvent>;
}

export type BridgeClient = HostApi & PageApi;

export interface BridgeClientOptions {
  /** Origin of the bridge, `https://localhost:24245`; a page passes its own. */
  readonly address: string;
  /** The key or token to show; null where there is none yet. Asked for at each request, since it can change. */
  readonly key: () => Promise<string | null> | string | null;
  /** fetch() unless a test listens in between. */
  readonly fetcher?: typeof fetch;
}

/** How long a request may take that does not wait for anything. */
const requestMs = 15_000;
/** The bridge closes silent streams no sooner than after several comments; a comment comes every 15 s. */
const silenceMs = 60_000;

export function createBridgeClient({
  address,
  key,
  fetcher = (...args) => fetch(...args),
}: BridgeClientOptions): BridgeClient {
  const send = async (
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    signal: AbortSignal,
    shown: string | null,
  ): Promise<Response> => {
    const headers: Record<string, string> = {};
    if (shown !== null) headers.authorization = `Bearer ${shown}`;
    if (method === 'POST') headers['content-type'] = 'application/json';
    try {
      return await fetcher(`${address}${path}`, {
        method,
        headers,
        signal,
        redirect: 'error',
        cache: 'no-store',
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      });
    } catch (error) {
      proving.forget();
      throw new SyncError('bridge.not-running', address, { cause: error });
    }
  };

  const proving = createProving(new URL(address).origin, async (request, signal) => {
    const response = await send('POST', paths.prove, request, signal, null);
    return (await read(response, proofSchema, paths.prove)).proof;
  });

  /** The key to show, once the bridge has proved that it knows it. */
  const provenKey = async (signal: AbortSignal): Promise<string | null> => {
    const shown = await key();
    if (shown !== null) await proving.ensure(shown, signal);
    return shown;
  };

  const call = async <T>(
    method: 'GET' | 'POST',
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    signal: AbortSignal,
    waitMs = 0,
  ): Promise<T> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(requestMs + waitMs)]);
    const response = await send(method, path, body, limited, await provenKey(limited));
    return read(response, schema, path);
  };

  /** For pages without a key: `secret` is one that the bridge has given before and that is in the body. */
  const open = async <T>(
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    signal: AbortSignal,
    secret?: string,
  ): Promise<T> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
    if (secret !== undefined) await proving.ensure(secret, limited);
    return read(await send('POST', path, body, limited, null), schema, path);
  };

  const get = <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> =>
    call('GET', path, schema, undefined, signal);
  const post = <T>(path: string, schema: z.ZodType<T>, body: unknown, signal: AbortSignal): Promise<T> =>
    call('POST', path, schema, body, signal);

  return {
    hello: async (signal) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
      return read(await send('GET', paths.hello, undefined, limited, null), helloSchema, paths.hello);
    },
    pairStart: (label, signal) => open(paths.pairStart, pairStartSchema, { label }, signal),
    pairClaim: (pairing, secret, signal) =>
      open(paths.pairClaim, pairClaimSchema, { pairing, secret }, signal, secret),
    pairRedeem: async (secret, label, signal) =>
      (await open(paths.pairRedeem, pairRedeemSchema, { secret, label }, signal, secret)).key,
    status: (signal) => get(paths.status, statusSchema, signal),
    job: (id, signal) => get(`${paths.jobs}/${encodeURIComponent(id)}`, jobSchema, signal),
    startSync: async (request, signal) => (await post(paths.sync, startedSchema, request, signal)).job,
    cancelSync: async (signal) => {
      await post(paths.cancel, z.unknown(), {}, signal);
    },
    attach: (request, signal) => post(paths.hostAttach, attachSchema, request, signal),
    next: (request, signal) =>
      call('POST', paths.hostNext, nextSchema, request, signal, request.waitMs ?? HOST_POLL_MS),
    answer: async (host, callId, answer, signal) => {
      await post(paths.hostAnswer, z.unknown(), { host, call: callId, answer }, signal);
    },
    detach: async (host, signal) => {
      await post(paths.hostDetach, z.unknown(), { host }, signal);
    },
    async *events(signal) {
      const silence = new AbortController();
      let timer = setTimeout(() => silence.abort(), silenceMs);
      try {
        const either = AbortSignal.any([signal, silence.signal]);
        const response = await send('GET', paths.events, undefined, either, await provenKey(either));
        if (!response.ok || response.body === null) {
          await read(response, z.never(), paths.events);
          return;
        }
        const heard = response.body.pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform(chunk, controller) {
              clearTimeout(timer);
              timer = setTimeout(() => silence.abort(), silenceMs);
              controller.enqueue(chunk);
            },
          }),
        );
        for await (const { event, data } of readEvents(heard)) {
          const parsed = eventSchema.safeParse({ event, ...parseData(data) });
          if (parsed.success) yield parsed.data;
        }
      } finally {
        clearTimeout(timer);
        // Whoever answers next may be somebody else.
        proving.forget();
      }
    },
  };
}

function parseData(data: string): Record<string, unknown> {
  const value = parseJson(data);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Undefined for what is no JSON: no schema accepts it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function read<T>(response: Response, schema: z.ZodType<T>, path: string): Promise<T> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw new SyncError('bridge.not-running', `the answer of ${path} broke off`, { cause: error });
  }
  const body = parseJson(text);
  if (!response.ok) throw toError(response.status, body, path);
  const parsed = schema.safeParse(response.status === 204 ? undefined : body);
  if (parsed.success) return parsed.data;
  throw new SyncError(
    'api.invalid',
    `the bridge’s answer to ${path}: ${parsed.error.issues[0]?.message ?? ''}`,
  );
}

function toError(status: number, body: unknown, path: string): SyncError {
  const parsed = errorBodySchema.safeParse(body);
  if (parsed.success && isErrorCode(parsed.data.error.code))
    return new SyncError(parsed.data.error.code, parsed.data.error.detail);
  if (status === 401) return new SyncError('api.unauthorized', path);
  if (status === 403) return new SyncError('api.forbidden', path);
  if (status === 404) return new SyncError('api.not-found', path);
  if (status >= 500) return new SyncError('bridge.not-running', `${path}: HTTP ${status}`);
  return new SyncError('api.invalid', `${path}: HTTP ${status}`);
}
