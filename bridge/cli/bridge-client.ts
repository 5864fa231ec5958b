/** The running bridge, as the commands use it: found by its state folder, proved by its certificate. */
import { z } from 'zod';
import { errorBodySchema, eventSchema, paths, type BridgeEvent } from '../../contract/api.ts';
import { isErrorCode, SyncError, toSyncError } from '../../contract/errors.ts';
import type { StartRequest } from '../../contract/job.ts';
import { recordedJobSchema } from '../../contract/recording.ts';
import { findInstance } from '../http/instance.ts';
import {
  openLoopback,
  readText,
  type LoopbackRequest,
  type LoopbackTarget,
} from '../http/loopback-request.ts';
import { readToken } from '../http/token.ts';

/** A stream is dead when not even a comment has come for so long. */
const STREAM_IDLE_MS = 45_000;
/** Of an event, or of a line of a recording. */
const MAX_EVENT_CHARACTERS = 64 * 1024 * 1024;

const nothingSchema = z.object({});

export class BridgeClient {
  readonly #target: LoopbackTarget;
  readonly pid: number;

  /**
   * `authority`: PEM to pin instead of the one in the state folder, which may have been renewed just now.
   * @throws SyncError `bridge.not-running`
   */
  static async connect(stateFolder: string, authority?: string): Promise<BridgeClient> {
    const { pid, address, certificate: found } = await findInstance(stateFolder);
    const certificate = authority ?? found;
    return new BridgeClient({ address, certificate, token: readToken(stateFolder) }, pid);
  }

  private constructor(target: LoopbackTarget, pid: number) {
    this.#target = target;
    this.pid = pid;
  }

  get address(): string {
    return this.#target.address;
  }

  get<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
    return this.#call({ method: 'GET', path }, schema);
  }

  post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>> {
    return this.#call({ method: 'POST', path, body }, schema);
  }

  async tell(method: 'POST' | 'DELETE', path: string): Promise<void> {
    await this.#call(method === 'POST' ? { method, path, body: {} } : { method, path }, nothingSchema);
  }

  /**
   * What happens in the bridge, from now on, until the signal aborts or the connection ends. The stream is open
   * once this resolves.
   * @throws SyncError; the iteration throws `bridge.not-running` when the connection breaks off
   */
  async events(signal: AbortSignal): Promise<AsyncIterable<BridgeEvent>> {
    const call = { method: 'GET', path: paths.events, signal, idleMs: STREAM_IDLE_MS } as const;
    const answer = await openLoopback(this.#target, call);
    if (answer.statusCode !== 200) throw readFailure(answer.statusCode, await readText(answer));
    answer.setEncoding('utf8');
    return readEvents(answer as AsyncIterable<string>, signal);
  }

  /**
   * Starts a sync that is recorded. The recording's lines come until it has ended; they have to be read.
   * @throws SyncError; the iteration throws `bridge.not-running` when the connection breaks off
   */
  async record(
    request: StartRequest,
  ): Promise<{ readonly job: string; readonly lines: AsyncIterable<string> }> {
    const call = { method: 'POST', path: paths.record, body: request, idleMs: STREAM_IDLE_MS } as const;
    const answer = await openLoopback(this.#target, call);
    if (answer.statusCode !== 200) throw readFailure(answer.statusCode, await readText(answer));
    answer.setEncoding('utf8');
    const lines = readLines(answer as AsyncIterable<string>);
    const first = await lines.next();
    const started = recordedJobSchema.safeParse(parseJson(first.done === true ? '' : first.value));
    if (!started.success) throw new SyncError('sync.internal', `unexpected answer to ${paths.record}`);
    return { job: started.data.job, lines };
  }

  async #call<S extends z.ZodType>(call: LoopbackRequest, schema: S): Promise<z.infer<S>> {
    const answer = await openLoopback(this.#target, call);
    const text = await readText(answer);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw readFailure(status, text);
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw new SyncError('sync.internal', `unexpected answer to ${call.path}`);
    return parsed.data;
  }
}

/** The lines that are not blank. */
async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let pending = '';
  try {
    for await (const chunk of chunks) {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      if (pending.length > MAX_EVENT_CHARACTERS) throw new Error('a line is too long');
      yield* lines.filter((line) => line !== '');
    }
  } catch (error) {
    throw toSyncError(error, 'bridge.not-running');
  }
}

async function* readEvents(chunks: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<BridgeEvent> {
  let pending = '';
  try {
    for await (const chunk of chunks) {
      const blocks = (pending + chunk).split('\n\n');
      pending = blocks.pop() ?? '';
      if (pending.length > MAX_EVENT_CHARACTERS) throw new Error('an event is too long');
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) yield eventSchema.parse(parseJson(data));
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    const detail = error instanceof Error ? error.message : '';
    throw new SyncError('bridge.not-running', detail, { cause: error });
  }
}

function readFailure(status: number | undefined, text: string): SyncError {
  const parsed = errorBodySchema.safeParse(parseJson(text));
  if (parsed.success && isErrorCode(parsed.data.error.code)) {
    return new SyncError(parsed.data.error.code, parsed.data.error.detail);
  }
  return new SyncError('sync.internal', `HTTP status ${status ?? 'missing'}`);
}

/** Undefined for what is not JSON; no schema accepts that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
