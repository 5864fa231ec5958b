import { z } from 'zod';
import { type Answer, json, noContent } from './protocol/answer.ts';
import { conflict, GraphFault } from './protocol/fault.ts';
import type { GraphRequest } from './protocol/request.ts';

/** How a request fails on demand. */
const failureActionSchema = z.discriminatedUnion('kind', [
  /** 429; Retry-After in seconds, may have a fraction; null leaves the header out. */
  z.strictObject({
    kind: z.literal('throttle'),
    retryAfter: z.string().nullable().default('2.128'),
    code: z.string().default('TooManyRequests'),
  }),
  /** 503 with an empty body. */
  z.strictObject({ kind: z.literal('unavailable'), retryAfter: z.string().nullable().default(null) }),
  /** Any error status with an error body. */
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599).default(500),
    code: z.string().default('InternalServerError'),
    message: z.string().default('An internal server error occurred.'),
  }),
  /** 412, whatever the etags. */
  z.strictObject({ kind: z.literal('conflict') }),
  /** The delta stream that the request reads dies: 410. */
  z.strictObject({ kind: z.literal('gone') }),
  /** The request is carried out, and its answer is lost: 504, or the connection breaks, or nothing ever comes. */
  z.strictObject({ kind: z.literal('lostAnswer'), ends: z.enum(['504', 'reset', 'hang']).default('504') }),
  /** Nothing is carried out, nothing is answered. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Nothing is carried out, the connection breaks. */
  z.strictObject({ kind: z.literal('reset') }),
  /** A read of one item gives what it was before its last change. */
  z.strictObject({ kind: z.literal('stale') }),
]);

export type FailureAction = z.output<typeof failureActionSchema>;

/** "The next `times` requests that match, after `skip` of them have passed, fail so." */
export const failureSchema = z.strictObject({
  method: z.string().optional(),
  /** A regular expression on the decoded path and query below `/v1.0`. */
  path: z.string().max(1000).optional(),
  user: z.string().optional(),
  /** Requests by themselves, parts of a $batch, or both. */
  via: z.enum(['http', 'batch', 'any']).default('any'),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).max(1_000_000).default(1),
  action: failureActionSchema,
});

export type Failure = z.output<typeof failureSchema>;
export type FailureSettings = z.input<typeof failureSchema>;

/** Whether a request came by itself or in a $batch. */
export type Via = 'http' | 'batch';

interface Scheduled {
  readonly failure: Failure;
  readonly pattern: RegExp | undefined;
  skip: number;
  left: number;
}

const maxScheduled = 1000;

/** The failures to come, each used up by the requests that it hits. */
export class FailurePlan {
  #scheduled: Scheduled[] = [];

  /** Throws a SyntaxError for a path that is no regular expression, a RangeError above 1000 open failures. */
  schedule(settings: FailureSettings): void {
    const failure = failureSchema.parse(settings);
    if (this.#scheduled.length >= maxScheduled) throw new RangeError('too many failures are scheduled');
    const pattern = failure.path === undefined ? undefined : new RegExp(failure.path);
    this.#scheduled.push({ failure, pattern, skip: failure.skip, left: failure.times });
  }

  clear(): void {
    this.#scheduled = [];
  }

  /** How often scheduled failures are still to come. */
  pending(): number {
    return this.#scheduled.reduce((sum, entry) => sum + entry.left, 0);
  }

  /** The failure that hits this request, if any: the first that matches, and it is used up by one. */
  take(request: GraphRequest, user: string | undefined, via: Via): FailureAction | undefined {
    if (this.#scheduled.length === 0) return undefined;
    const url = decodeLoosely(request.url);
    for (const entry of this.#scheduled) {
      const { failure, pattern } = entry;
      if (failure.method !== undefined && failure.method.toUpperCase() !== request.method) continue;
      if (failure.user !== undefined && failure.user !== user) continue;
      if (failure.via !== 'any' && failure.via !== via) continue;
      if (pattern !== undefined && !pattern.test(url)) continue;
      if (entry.skip > 0) {
        entry.skip--;
        continue;
      }
      entry.left--;
      if (entry.left === 0) this.#scheduled = this.#scheduled.filter((other) => other !== entry);
      return failure.action;
    }
    return undefined;
  }
}

function decodeLoosely(url: string): string {
  return url.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    const text = Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8');
    return text.includes('\ufffd') ? escaped : text;
  });
}

/** What a failure answers instead of the operation; undefined for those that work otherwise. */
export function failureAnswer(action: FailureAction): Answer | GraphFault | undefined {
  switch (action.kind) {
    case 'throttle':
      return new GraphFault(429, action.code, 'Please retry again later.', retryAfter(action.retryAfter));
    case 'unavailable':
      return { ...noContent(503), headers: retryAfter(action.retryAfter) };
    case 'error':
      return new GraphFault(action.status, action.code, action.message);
    case 'conflict':
      return conflict();
    case 'gone':
    case 'lostAnswer':
    case 'hang':
    case 'reset':
    case 'stale':
      return undefined;
  }
}

/** The gateway's answer when the service's own came too late. */
export function gatewayTimeout(): Answer {
  return json(504, {
    error: { code: 'GatewayTimeout', message: 'The gateway did not receive a response in time.' },
  });
}

function retryAfter(value: string | null): Record<string, string> {
  return value === null ? {} : { 'Retry-After': value };
}
