/** One connection of a desktop: protocol, login and dispatcher, joined to a stream of bytes. */
import type { Duplex } from 'node:stream';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import {
  formatHelper,
  formatStatus,
  type Extension,
  type MessageToDesktop,
  type Secured,
} from '../../qdsync/index.ts';
import { Dispatcher, type DispatcherParts } from './dispatcher.ts';
import { anchorsCall } from './encode.ts';
import { Outbox } from './outbox.ts';
import { DeviceProtocol, type CloseReason, type ConnectionEvent, type ProtocolOptions } from './protocol.ts';

export interface ConnectionParts extends Omit<DispatcherParts, 'send' | 'room'> {
  readonly protocol: ProtocolOptions;
  /** Judges a password. Rejects when the signal fires, with its reason. */
  readonly login: (attempt: LoginAttempt, signal: AbortSignal) => Promise<boolean>;
  /** Turns the stream into TLS, where the banner offers that. */
  readonly secure?: ((stream: Duplex) => Promise<Secured>) | undefined;
}

/** What a desktop shows of itself. */
export type LoginAttempt = Pick<
  Extract<ConnectionEvent, { readonly kind: 'login' }>,
  'password' | 'peerKey' | 'code'
>;

/** How a connection ended: by a reason of the protocol, or by an error. */
export type ConnectionEnd = CloseReason | SyncError;

/** HELPER_ACK goes out at once; everything else in its turn. */
type QueuedEvent = Exclude<ConnectionEvent, { readonly kind: 'acknowledge' }>;

/** Reading pauses when so many bytes came in since all input was last handled. */
const MAX_BACKLOG = 4 * 1024 * 1024;

export class ServedConnection {
  #stream: Duplex;
  readonly #protocol: DeviceProtocol;
  readonly #outbox: Outbox;
  readonly #dispatcher: Dispatcher;
  readonly #login: ConnectionParts['login'];
  readonly #secure: ConnectionParts['secure'];
  readonly #ending = new AbortController();
  #queue: QueuedEvent[] = [];
  #backlog = 0;
  #working: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Duplex, parts: ConnectionParts) {
    this.#stream = stream;
    this.#protocol = new DeviceProtocol(parts.protocol);
    this.#outbox = new Outbox(stream);
    this.#login = parts.login;
    this.#secure = parts.secure;
    this.#dispatcher = new Dispatcher({
      ...parts,
      send: (message) => this.send(message),
      room: (signal) => this.#outbox.room(signal),
    });
  }

  /** Whether the desktop has logged in. */
  get isLoggedIn(): boolean {
    return this.#protocol.isLoggedIn && !this.#ending.signal.aborted;
  }

  /** Sends a message; QD/Server startSync() and cancelSync() go this way too. */
  send(message: MessageToDesktop): void {
    if (message.name === 'clientSyncAnchors') this.#outbox.call(anchorsCall(message));
    else this.#outbox.message(message);
  }

  /**
   * Serves until the connection ends and tells how. The stream is left open; an open session was rolled back.
   * Never rejects.
   */
  async serve(): Promise<ConnectionEnd> {
    const { signal } = this.#ending;
    const plain = this.#stream;
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#listen(plain);
      // One that is gone already will not say so again.
      if (plain.destroyed) this.#onClose();
      this.#enqueue(this.#protocol.open(performance.now()));
      plain.resume();
    });
    clearTimeout(this.#timer);
    this.#deafen(this.#stream);
    await this.#working;
    await this.#dispatcher.disconnected();
    this.#outbox.flush();
    // The caller holds the stream that it gave; what lies over it is ours to end.
    if (this.#stream !== plain) await ended(this.#stream);
    this.#stream.off('error', this.#onError);
    return signal.reason as ConnectionEnd;
  }

  readonly #onData = (chunk: Buffer): void => this.#receive(chunk);
  readonly #onError = (error: Error): void => this.end(new SyncError('link.lost', error.message));
  readonly #onClose = (): void => this.end(new SyncError('link.lost'));

  #listen(stream: Duplex): void {
    stream
      .on('data', this.#onData)
      .on('error', this.#onError)
      .on('end', this.#onClose)
      .on('close', this.#onClose);
  }

  #deafen(stream: Duplex): void {
    stream.off('data', this.#onData).off('end', this.#onClose).off('close', this.#onClose);
  }

  /** What both ends say from here on goes through TLS. */
  async #becomeSecure(): Promise<void> {
    if (this.#secure === undefined) throw new SyncError('sync.internal', 'this link cannot be protected');
    this.#outbox.flush();
    const plain = this.#stream;
    plain.pause();
    plain.off('data', this.#onData);
    const { stream, peerKey } = await this.#secure(plain);
    this.#deafen(plain);
    plain.off('error', this.#onError);
    this.#stream = stream;
    this.#outbox.changeStream(stream);
    this.#listen(stream);
    this.#enqueue(this.#protocol.secured(peerKey, performance.now()));
  }

  /** Ends the connection from our side. */
  end(reason: ConnectionEnd): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(reason);
    this.#dispatcher.interrupt(reason instanceof SyncError ? reason : new SyncError('link.lost', reason));
  }

  #receive(chunk: Buffer): void {
    this.#enqueue(this.#protocol.receive(chunk, performance.now()));
    if (this.#working === undefined) return;
    this.#backlog += chunk.length;
    if (this.#backlog > MAX_BACKLOG) this.#stream.pause();
  }

  #enqueue(events: readonly ConnectionEvent[]): void {
    for (const event of events) {
      if (event.kind === 'acknowledge') {
        this.#outbox.line(formatHelper({ kind: 'ack' }));
        continue;
      }
      this.#queue.push(event);
      if (event.kind === 'message' && event.message.name === 'serverError') {
        this.#dispatcher.interrupt(new SyncError('sync.cancelled', 'the desktop gave the session up'));
      }
    }
    this.#arm();
    if (this.#queue.length > 0) this.#working ??= this.#work();
  }

  /** Carries events out one after the other until none is left. Never rejects. */
  async #work(): Promise<void> {
    const { signal } = this.#ending;
    // So that it is known to work before it has done all.
    await Promise.resolve();
    try {
      while (this.#queue.length > 0) {
        const events = this.#queue;
        this.#queue = [];
        for (const event of events) {
          if (signal.aborted) return;
          const done = this.#carryOut(event);
          if (done !== undefined) await done;
        }
      }
    } catch (error) {
      this.end(toSyncError(error));
    } finally {
      this.#working = undefined;
    }
    this.#backlog = 0;
    this.#stream.resume();
  }

  /** Undefined: it is done already. */
  #carryOut(event: QueuedEvent): Promise<void> | undefined {
    switch (event.kind) {
      case 'send':
        this.#outbox.line(event.line);
        break;
      case 'extended':
        this.#extend(event.extensions);
        break;
      case 'login':
        // Not waited for: what comes while the owner is asked is answered at once.
        void this.#decide(event);
        return undefined;
      case 'secure':
        return this.#becomeSecure();
      case 'message': {
        const handled = this.#dispatcher.handle(event.message);
        return handled === undefined
          ? this.#answer(event.okay)
          : handled.then(() => this.#answer(event.okay));
      }
      case 'broken':
        return this.#dispatcher.broken(event.detail);
      case 'close':
        this.end(event.reason);
        return undefined;
    }
    return this.#replyRoom();
  }

  /** A message was handled. */
  #answer(okay: boolean): Promise<void> | undefined {
    if (okay) this.#outbox.line(formatStatus(200));
    return this.#replyRoom();
  }

  #replyRoom(): Promise<void> | undefined {
    return this.#outbox.replyRoom(this.#ending.signal);
  }

  #extend(agreed: readonly Extension[]): void {
    if (agreed.includes('deflate')) this.#outbox.deflate();
    this.#dispatcher.extend(agreed);
  }

  async #decide(attempt: LoginAttempt): Promise<void> {
    try {
      const allowed = await this.#login(attempt, this.#ending.signal);
      this.#enqueue(this.#protocol.decideLogin(allowed, performance.now()));
    } catch (error) {
      this.end(toSyncError(error));
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { deadline } = this.#protocol;
    if (deadline === Infinity || this.#ending.signal.aborted) return;
    // Timers fire up to a millisecond early.
    const delay = Math.max(0, Math.ceil(deadline - performance.now()) + 1);
    // Input that came while this process was busy counts before the time does.
    const tick = (): void => this.#enqueue(this.#protocol.tick(performance.now()));
    this.#timer = setTimeout(() => setImmediate(tick), delay);
  }
}

/** How long the last words may take to be handed over. */
const LAST_WORDS_MS = 1_000;

/** Ends a stream that lies over another one, so that all of it has gone into that. */
async function ended(stream: Duplex): Promise<void> {
  if (stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stream.once('close', done);
    stream.end(done);
  });
}
