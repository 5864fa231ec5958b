/** Parts of a $batch: how they are written, read and judged. Pure; the sending is in batch.ts. */
import { SyncError } from '../../../contract/errors.ts';
import type { GraphReply } from './client.ts';
import { failure, isObject } from './errors.ts';
import { IMMUTABLE_IDS } from './middleware.ts';
import { isTurnedAway, parseRetryAfter } from './retry.ts';

export interface BatchPart {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path below the version, percent-encoded. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; or base64 text where the content type is not JSON. */
  readonly body?: unknown;
}

/** `lost`: it may or may not have happened. `unsent`: it certainly has not. */
export type PartOutcome =
  | ({ readonly kind: 'reply' } & GraphReply)
  | { readonly kind: 'lost' | 'unsent'; readonly problem: SyncError };

/** What one round made of a part. */
export type Verdict =
  | { readonly kind: 'settled'; readonly outcome: PartOutcome }
  /** Turned away for now: certainly not carried out. */
  | { readonly kind: 'throttled'; readonly waitMs: number | undefined; readonly problem: SyncError }
  /** The token was refused for this part: certainly not carried out. */
  | { readonly kind: 'refused'; readonly reply: GraphReply; readonly problem: SyncError }
  /** No answer, or an error in the middle: may have been carried out. */
  | { readonly kind: 'failed'; readonly problem: SyncError };

export const isWrite = (part: BatchPart): boolean => part.method !== 'GET';

/** A create may not be sent twice; everything else ends in the same state however often it is done. */
export const isRepeatable = (part: BatchPart): boolean => part.method !== 'POST';

/** Judges the answer to the whole batch: one verdict for each part. */
export function judgeBatch(parts: readonly BatchPart[], reply: GraphReply, now: number): readonly Verdict[] {
  if (reply.status === 200) {
    const replies = readResponses(reply.body);
    return parts.map((part, index) => judgePart(part, replies.get(String(index + 1)), now));
  }
  const problem = failure(reply, now);
  if (reply.status >= 500) return parts.map(() => ({ kind: 'failed', problem }));
  // Refused before the service looked into it: nothing was carried out, and asking again will not help.
  return parts.map(() => ({ kind: 'settled', outcome: { kind: 'unsent', problem } }));
}

function judgePart(part: BatchPart, reply: GraphReply | undefined, now: number): Verdict {
  if (reply === undefined)
    return { kind: 'failed', problem: new SyncError('mailbox.unavailable', 'a part was not answered') };
  if (isTurnedAway(reply.status, isRepeatable(part))) {
    const waitMs = parseRetryAfter(reply.headers['retry-after'], now);
    return { kind: 'throttled', waitMs, problem: failure(reply, now) };
  }
  if (reply.status >= 500) return { kind: 'failed', problem: failure(reply, now) };
  if (reply.status === 401) return { kind: 'refused', reply, problem: failure(reply, now) };
  return { kind: 'settled', outcome: { kind: 'reply', ...reply } };
}

/** One entry of `requests`. Ids are positions, from 1. */
export function toRequest(part: BatchPart, index: number): Record<string, unknown> {
  const contentType = part.body === undefined ? {} : { 'Content-Type': 'application/json' };
  return {
    id: String(index + 1),
    method: part.method,
    url: part.url,
    headers: { Prefer: IMMUTABLE_IDS, ...contentType, ...part.headers },
    ...(part.body === undefined ? {} : { body: part.body }),
  };
}

/** The raw `responses`, in any order, by id; what does not look like one is left out. */
function readResponses(body: unknown): ReadonlyMap<string, GraphReply> {
  const replies = new Map<string, GraphReply>();
  const responses: readonly unknown[] = isObject(body) && Array.isArray(body.responses) ? body.responses : [];
  for (const response of responses) {
    if (!isObject(response)) continue;
    const { id, status, headers } = response;
    if (typeof id !== 'string' || typeof status !== 'number') continue;
    replies.set(id, { status, headers: lowerCase(headers), body: response.body });
  }
  return replies;
}

function lowerCase(headers: unknown): Record<string, string> {
  if (!isObject(headers)) return {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
