/** One connection of a desktop: protocol, login and dispatcher, joined to a stream of bytes. */
import type { Duplex } from 'node:stream';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { formatHelper, formatStatus, type Extension, type MessageToDesktop } from '../../qdsync/index.ts';
import { Dispatcher, type DispatcherParts } from './dispatcher.ts';
import { callForDesktop } from './encode.ts';
import { Outbox } from './outbox.ts';
import { DeviceProtocol, type CloseReason, type ConnectionEvent, type ProtocolOptions } from './protocol.ts';

export interface ConnectionParts extends Omit<DispatcherParts, 'send' | 'room'> {
  readonly protocol: ProtocolOptions;
  /** Judges a password. Rejects when the signal fires, with its reason. */
  readonly login: (password: string, signal: AbortSignal) => Promise<boolean>;
}

/** How a connection ended: by a reason of the protocol, or by an error. */
export type ConnectionEnd = CloseReason | SyncError;

/** HELPER_ACK goes out at once; everything else in its turn. */
type QueuedEvent = Exclude<ConnectionEvent, { readonly kind: 'acknowledge' }>;

/** Reading pauses when so many bytes came in since all input was last handled. */
const MAX_BACKLOG = 4 * 1024 * 1024;

export class ServedConnection {
  readonly #stream: Duplex;
  readonly #protocol: DeviceProtocol;
  readonly #outbox: Outbox;
  readonly #dispatcher: Dispatcher;
  readonly #login: ConnectionParts['login'];
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
    this.#outbox.call(callForDesktop(message));
  }

  /**
   * Serves until the connection ends and tells how. The stream is left open; an open session was rolled back.
   * Never rejects.
   */
  async serve(): Promise<ConnectionEnd> {
    const { signal } = this.#ending;
    const onData = (chunk: Buffer): void => this.#receive(chunk);
    const onError = (error: Error): void => this.end(new SyncError('link.lost', error.message));
    const onClose = (): void => this.end(new SyncError('link.lost'));
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#stream.on('data', onData).on('error', onError).on('end', onClose).on('close', onClose);
      // One that is gone already will not say so again.
      if (this.#stream.destroyed) onClose();
      this.#enqueue(this.#protocol.open(performance.now()));
      this.#stream.resume();
    });
    clearTimeout(this.#timer);
    this.#stream.off('data', onData).off('end', onClose).off('close', onClose);
    await this.#working;
    await this.#dispatcher.disconnected();
    this.#outbox.flush();
    this.#stream.off('error', onError);
    return signal.reason as ConnectionEnd;
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
    try {
      while (this.#queue.length > 0) {
        const events = this.#queue;
        this.#queue = [];
        for (const event of events) {
          if (signal.aborted) return;
          await this.#carryOut(event);
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

  async #carryOut(event: QueuedEvent): Promise<void> {
    switch (event.kind) {
      case 'send':
        this.#outbox.line(event.line);
        break;
      case 'extended':
        this.#extend(event.extensions);
        break;
      case 'login':
        // Not waited for: what comes while the owner is asked is answered at once.
        void this.#decide(event.password);
        return;
      case 'message':
        await this.#dispatcher.handle(event.message);
        if (event.okay) this.#outbox.line(formatStatus(200));
        break;
      case 'broken':
        await this.#dispatcher.broken(event.detail);
        break;
      case 'close':
        this.end(event.reason);
        return;
    }
    await this.#outbox.replyRoom(this.#ending.signal);
  }

  #extend(agreed: readonly Extension[]): void {
    if (agreed.includes('deflate')) this.#outbox.deflate();
    this.#dispatcher.extend(agreed);
  }

  async #decide(password: string): Promise<void> {
    try {
      const allowed = await this.#login(password, this.#ending.signal);
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
