/** Joins a link and a QCop connection: moves bytes, runs the clock, holds both directions to what they can take. */
import type { LinkCounters } from '../../contract/device.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { MessageToDevice, TlsIdentity } from '../../qdsync/index.ts';
import type { Link } from '../links/link.ts';
import type { ConnectionEvent, ConnectionOutput } from './connection-events.ts';
import { deferred, type Deferred } from './deferred.ts';
import type { RemoteLimits } from './limits.ts';
import type { QCopConnection } from './qcop-connection.ts';
import type { DeviceTransport } from './sync-channel.ts';

/** Above this many bytes waiting `room` waits until half of them are gone. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;
/** How long the last words may take. */
const LAST_WORDS_MS = 1_000;

export interface LinkDriverOptions {
  readonly link: Link;
  readonly connection: QCopConnection;
  readonly limits: RemoteLimits;
  /** Our own key, for links that become TLS. */
  readonly identity?: TlsIdentity | undefined;
  /** Bytes per write. Over a serial line each piece must get through well within the time limits. */
  readonly pieceBytes: number;
  readonly onEvent: (event: ConnectionEvent) => void;
  /** All events of one piece of input have been told. */
  readonly onInputEnd: () => void;
  /** Monotonic clock in ms. */
  readonly now: () => number;
}

export class LinkDriver implements DeviceTransport {
  readonly limits: RemoteLimits;
  readonly closed: Promise<undefined>;
  readonly #options: LinkDriverOptions;
  readonly #link: Link;
  readonly #connection: QCopConnection;
  readonly #closing = deferred<undefined>();
  #queue: Buffer[] = [];
  #queued = 0;
  #pump: Promise<void> | undefined;
  #room: Deferred<undefined> | undefined;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;
  #ended = false;

  constructor(options: LinkDriverOptions) {
    this.#options = options;
    this.#link = options.link;
    this.#connection = options.connection;
    this.limits = options.limits;
    this.closed = this.#closing.promise;
  }

  get calls(): number {
    return this.#connection.calls;
  }

  get answers(): number {
    return this.#connection.answers;
  }

  get counters(): LinkCounters {
    return this.#connection.counters;
  }

  start(): void {
    this.#take(this.#connection.start(this.#options.now()));
    this.#link.start({
      received: (bytes) => {
        this.#take(this.#connection.receive(bytes, this.#options.now()));
        this.#options.onInputEnd();
      },
      up: () => this.#take(this.#connection.lineUp(this.#options.now())),
      ended: (error) => this.fail(error),
    });
  }

  send = (message: MessageToDevice): void => {
    this.#take(this.#connection.send(message, this.#options.now()));
  };

  room = async (): Promise<void> => {
    if (this.#queued <= HIGH_WATER_BYTES || this.#ended) return;
    this.#room ??= deferred();
    await this.#room.promise;
  };

  expectAnswer = (what: string, limitMs: number): void => {
    this.#connection.expectAnswer(what, limitMs, this.#options.now());
    this.#schedule();
  };

  expectQuiet = (limitMs: number): void => {
    this.#connection.expectQuiet(limitMs, this.#options.now());
    this.#schedule();
  };

  expectNothing = (): void => {
    this.#connection.expectNothing();
  };

  setPaused = (paused: boolean): void => {
    if (this.#ended) return;
    this.#connection.setPaused(paused, this.#options.now());
    if (paused) this.#link.pause();
    else this.#link.resume();
    this.#schedule();
  };

  /** A person has compared the codes. */
  confirm(): void {
    this.#take(this.#connection.confirm(this.#options.now()));
  }

  quit = (): void => {
    this.#take(this.#connection.quit(this.#options.now()));
  };

  /** Ends the connection at once. */
  fail(error: SyncError | undefined): void {
    this.#take(this.#connection.linkEnded(error));
  }

  #take({ write, events }: ConnectionOutput): void {
    for (const bytes of write) {
      this.#queue.push(bytes);
      this.#queued += bytes.length;
    }
    if (this.#queued > 0) this.#pump ??= this.#writeAll();
    for (const event of events) {
      if (event.kind === 'secure') void this.#secure();
      else this.#options.onEvent(event);
      if (event.kind === 'ended') this.#end();
    }
    this.#schedule();
  }

  /** Everything said is written: the device has answered it. */
  async #secure(): Promise<void> {
    const { identity } = this.#options;
    try {
      if (identity === undefined || this.#link.secure === undefined) {
        throw new SyncError('sync.internal', 'this link cannot be protected');
      }
      await this.#pump;
      const key = await this.#link.secure(identity);
      this.#take(this.#connection.secured(key, this.#options.now()));
    } catch (error) {
      this.fail(toSyncError(error, 'link.lost'));
    }
  }

  async #writeAll(): Promise<void> {
    // What is said in one go is written in one go.
    await Promise.resolve();
    try {
      while (this.#queue.length > 0) {
        const piece = this.#nextPiece();
        await this.#link.write(this.#connection.seal(piece));
        this.#queued -= piece.length;
        this.#connection.sent(piece.length, this.#options.now());
        if (this.#queued <= LOW_WATER_BYTES) this.#openRoom();
        this.#schedule();
      }
    } catch (error) {
      this.#queue = [];
      this.fail(toSyncError(error, 'link.lost'));
    } finally {
      this.#pump = undefined;
    }
  }

  #nextPiece(): Buffer {
    const { pieceBytes } = this.#options;
    const [first] = this.#queue;
    if (first !== undefined && first.length >= pieceBytes) {
      const rest = first.subarray(pieceBytes);
      if (rest.length > 0) this.#queue[0] = rest;
      else this.#queue.shift();
      return first.subarray(0, pieceBytes);
    }
    let count = 0;
    let size = 0;
    for (const bytes of this.#queue) {
      if (size + bytes.length > pieceBytes) break;
      size += bytes.length;
      count += 1;
    }
    return Buffer.concat(this.#queue.splice(0, count), size);
  }

  #openRoom(): void {
    this.#room?.resolve(undefined);
    this.#room = undefined;
  }

  #end(): void {
    this.#ended = true;
    this.#openRoom();
    void this.#close();
  }

  async #close(): Promise<void> {
    const patience = deferred<undefined>();
    const timer = setTimeout(() => patience.resolve(undefined), LAST_WORDS_MS);
    await Promise.race([this.#pump, patience.promise]);
    clearTimeout(timer);
    await this.#link.close();
    this.#closing.resolve(undefined);
  }

  /** A timer that is early does no harm: deadlines mostly move on. */
  #schedule(): void {
    const at = this.#ended ? undefined : this.#connection.deadline;
    if (at === undefined) {
      clearTimeout(this.#timer?.handle);
      this.#timer = undefined;
    } else if (this.#timer === undefined || this.#timer.at > at) {
      clearTimeout(this.#timer?.handle);
      const delay = Math.max(0, Math.ceil(at - this.#options.now()));
      this.#timer = { at, handle: setTimeout(() => this.#tick(), delay) };
    }
  }

  #tick(): void {
    this.#timer = undefined;
    this.#take(this.#connection.tick(this.#options.now()));
  }
}
