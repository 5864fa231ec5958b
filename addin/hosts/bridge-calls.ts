/**
 * Requests to the bridge over fetch(): every answer is validated, whatever goes wrong is a SyncError. No secret, and
 * nothing that needs one, is sent before the bridge has proved that it knows the secret.
 */
import type { z } from 'zod';
import { errorBodySchema, paths } from '../../contract/api.ts';
import { proofSchema } from '../../contract/bridge-proof.ts';
import { isErrorCode, SyncError } from '../../contract/errors.ts';
import { createProving } from './bridge-proving.ts';

export interface BridgeClientOptions {
  /** Origin of the bridge, `https://localhost:24245`; a page passes its own. */
  readonly address: string;
  /** The key or token to show; null where there is none yet. Asked for at each request, since it can change. */
  readonly key: () => Promise<string | null> | string | null;
  /** fetch() unless a test listens in between. */
  readonly fetcher?: typeof fetch;
}

type Method = 'GET' | 'POST' | 'DELETE';

/** The bridge's answers as values, or SyncErrors: with the bridge's own code where it gave one. */
export interface BridgeCalls {
  get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  /** `waitMs`: how long the bridge may wait for something before it answers. */
  post<T>(
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    signal: AbortSignal,
    waitMs?: number,
  ): Promise<T>;
  delete<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  /** A GET that shows no key. */
  ask<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  /** A POST of pages without a key: `secret` is one that the bridge has given before and that is in the body. */
  open<T>(
    path: string,
    schema: z.ZodType<T>,
    body: unknown,
    signal: AbortSignal,
    secret?: string,
  ): Promise<T>;
  /** The body of an answer that has no end of its own. */
  stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Whoever answers next may be somebody else. */
  forget(): void;
}

/** How long a request may take that does not wait for anything. */
const requestMs = 15_000;

export function createBridgeCalls({
  address,
  key,
  fetcher = (...args) => fetch(...args),
}: BridgeClientOptions): BridgeCalls {
  const send = async (
    method: Method,
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
    method: Method,
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

  return {
    get: (path, schema, signal) => call('GET', path, schema, undefined, signal),
    post: (path, schema, body, signal, waitMs) => call('POST', path, schema, body, signal, waitMs),
    delete: (path, schema, signal) => call('DELETE', path, schema, undefined, signal),
    async ask(path, schema, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
      return read(await send('GET', path, undefined, limited, null), schema, path);
    },
    open,
    async stream(path, signal) {
      const response = await send('GET', path, undefined, signal, await provenKey(signal));
      if (response.ok && response.body !== null) return response.body;
      throw toError(response.status, parseJson(await response.text()), path);
    },
    forget: () => proving.forget(),
  };
}

/** Undefined for what is no JSON: no schema accepts it. */
export function parseJson(text: string): unknown {
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
