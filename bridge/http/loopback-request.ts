/**
 * Requests to the bridge from this user's own programs. The certificate of the state folder is the only one that
 * is trusted: whoever else sits on the port gets no byte, least of all the token.
 */
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { toSyncError, SyncError } from '../../contract/errors.ts';

/** The longest answer that is read, in bytes: a job with whole reports. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** How long nothing may come before the bridge counts as gone. */
const IDLE_MS = 15_000;

export interface LoopbackTarget {
  /** `https://localhost:24245` */
  readonly address: string;
  /** PEM. */
  readonly certificate: string;
  /** Left out for calls that need no key. */
  readonly token?: string;
}

export interface LoopbackRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** How long nothing may come, in ms; IDLE_MS when left out. */
  readonly idleMs?: number;
}

/**
 * Sends a request and hands over the answer with its body still to be read.
 * @throws SyncError `bridge.not-running` when nothing answers, or somebody else does
 */
export function openLoopback(target: LoopbackTarget, call: LoopbackRequest): Promise<IncomingMessage> {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const sent = request(new URL(call.path, target.address), {
      method: call.method,
      ca: target.certificate,
      agent: false,
      timeout: call.idleMs ?? IDLE_MS,
      headers: {
        ...(target.token === undefined ? {} : { Authorization: `Bearer ${target.token}` }),
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
      },
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
    sent.on('response', resolve);
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', (error) => {
      reject(
        call.signal?.aborted === true
          ? new SyncError('sync.cancelled')
          : new SyncError('bridge.not-running', `${target.address}: ${error.message}`, { cause: error }),
      );
    });
    sent.end(body);
  });
}

/**
 * The whole body as text.
 * @throws SyncError `api.too-large`, or `bridge.not-running` when the connection breaks off
 */
export async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) throw new SyncError('api.too-large', `answer of ${size} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw toSyncError(error, 'bridge.not-running');
  }
  return Buffer.concat(chunks).toString('utf8');
}
