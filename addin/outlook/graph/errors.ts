/** What a Graph answer means to us: errors as codes of the catalogue. */
import { SyncError, type ErrorCode } from '../../../contract/errors.ts';
import type { GraphReply } from './client.ts';
import { parseRetryAfter } from './retry.ts';

/** The service asks to wait longer than we do within one call. */
export class ThrottledError extends SyncError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, detail: string) {
    super('mailbox.throttled', detail);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface GraphFault {
  /** The service's code, in lower case for comparing; empty when it gave none. */
  readonly code: string;
  readonly message: string;
}

/** Reads `{"error":{"code","message"}}`; tolerant of anything else. */
export function faultOf(body: unknown): GraphFault {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  return { code: textOf(error.code).toLowerCase(), message: textOf(error.message) };
}

/** The code of the catalogue that a refused request of any kind gets. */
export function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'mailbox.signed-out';
  if (status === 403) return 'mailbox.denied';
  if (status === 429) return 'mailbox.throttled';
  if (status >= 500) return 'mailbox.unavailable';
  return 'mailbox.refused';
}

/** One line for people: status, code and the start of the service's text. */
export function describe(status: number, body: unknown): string {
  const { code, message } = faultOf(body);
  return [`HTTP ${status}`, code, message.slice(0, 300)].filter((part) => part !== '').join(': ');
}

/** The error of a whole call that failed with this answer. */
export function failure(reply: GraphReply, now: number): SyncError {
  const detail = describe(reply.status, reply.body);
  if (reply.status !== 429) return new SyncError(codeOfStatus(reply.status), detail);
  return new ThrottledError(parseRetryAfter(reply.headers['retry-after'], now) ?? 60_000, detail);
}

/**
 * Codes that mean: this sync state is gone, read everything again (spec: graph 2.7). Any 400 does, too, and the loss of the
 * folder itself.
 */
export function isDeadToken(reply: GraphReply): boolean {
  if (reply.status === 400 || reply.status === 410) return true;
  const { code } = faultOf(reply.body);
  return /^(syncstate|resyncrequired)/.test(code) || (reply.status === 404 && code === 'erroritemnotfound');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
