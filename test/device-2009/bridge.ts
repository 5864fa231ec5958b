/**
 * The device's QCop bridge: all open connections, the channels that somebody listens to, and the `send200`
 * switch, which is one for the whole device (spec: qdsync protocol 2.3, 2.4, 5, 7).
 */
import type { Connection } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Journal } from './journal.ts';
import type { Screen } from './screen.ts';
import { decodeArguments, encodeArguments, encodeBytes, encodeString, type Argument } from './values.ts';

const FORWARDED = 'forwardedMessage(QString,QString,QByteArray)';

/** Whether a call found its channel. `forwarded` calls that did not get no 200 behind their 599. */
export type CallOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'no-channel'; readonly channel: string; readonly forwarded: boolean };

export class Bridge {
  readonly #connections = new Set<Connection>();
  readonly #journal: Journal;
  readonly #screen: Screen;
  #dispatcher: Dispatcher | undefined;
  #opened = 0;
  /** Set by each HELPER_INIT of any connection; survives them all. */
  send200 = true;

  constructor(journal: Journal, screen: Screen) {
    this.#journal = journal;
    this.#screen = screen;
  }

  /** The dispatcher sends through the bridge and the bridge delivers to it: one of them comes second. */
  attach(dispatcher: Dispatcher): void {
    this.#dispatcher = dispatcher;
  }

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** Takes a new connection and tells its number, from 1. */
  opened(connection: Connection): number {
    this.#connections.add(connection);
    this.#journal.count('connections');
    this.#opened += 1;
    return this.#opened;
  }

  /** A connection is gone: the sync that runs is aborted even if another connection drives it. */
  closed(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#dispatcher?.abort();
    if (this.#connections.size === 0) this.#screen.disconnected();
  }

  /** Forgets all connections without a word to the dispatcher: the application died. */
  died(): readonly Connection[] {
    const left = this.connections;
    this.#connections.clear();
    this.send200 = true;
    return left;
  }

  /** Sends a message for the desktop, wrapped, to every open connection that had its 220, logged in or not. */
  broadcast(channel: string, message: string, args: readonly Argument[]): void {
    const payload = Buffer.concat([
      encodeString(channel),
      encodeString(message),
      encodeBytes(encodeArguments(message, args)),
    ]);
    const line = `CALLB QD/QDSync ${FORWARDED} ${payload.toString('base64')}`;
    for (const connection of this.#connections) {
      if (connection.greeted) connection.send(line, message);
    }
  }

  /** Handles one call of a logged-in desktop. Throws DeviceCrash. */
  call(channel: string, message: string, bytes: Buffer | null): CallOutcome {
    if (channel !== 'QPE/QDSync' || message !== FORWARDED)
      return this.#deliver(channel, message, bytes, false);
    const [target, inner, args] = decodeArguments(FORWARDED, bytes) ?? [];
    if (typeof target !== 'string' || typeof inner !== 'string') {
      this.#journal.offence('forwardedMessage that cannot be read');
      return { kind: 'no-channel', channel: '', forwarded: true };
    }
    return this.#deliver(target, inner, Buffer.isBuffer(args) ? args : null, true);
  }

  #deliver(channel: string, message: string, bytes: Buffer | null, forwarded: boolean): CallOutcome {
    if (channel !== 'QPE/QDSync' && channel !== 'QPE/Qtopia4Sync') {
      this.#journal.offence(`call to ${channel}`);
      return { kind: 'no-channel', channel, forwarded };
    }
    const args = decodeArguments(message, bytes);
    if (!args) this.#journal.offence(`arguments of ${message} that cannot be read`);
    else if (channel === 'QPE/Qtopia4Sync') this.#dispatcher?.receive(message, args);
    else if (!this.#screen.receive(message, args)) this.#journal.offence(`unknown message ${message}`);
    return { kind: 'done' };
  }
}

/** The message that a call carries, forwarded or not, for the wire log. */
export function carriedMessage({ message, bytes }: { message: string; bytes: Buffer | null }): string {
  const [, inner] = message === FORWARDED ? (decodeArguments(FORWARDED, bytes) ?? []) : [];
  return typeof inner === 'string' ? inner : message;
}
