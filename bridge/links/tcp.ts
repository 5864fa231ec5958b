/** The TCP link. */
import { connect, type Socket } from 'node:net';
import { SyncError } from '../../contract/errors.ts';
import { lookUp } from './dns-sd.ts';
import { secure, type TlsIdentity } from '../../qdsync/index.ts';
import { describeLink, type Link, type LinkHandler } from './link.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A device that went out of range sends nothing; probes make the kernel notice. */
const KEEP_ALIVE_MS = 30_000;

export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs?: number;
}

/**
 * Connects to a device.
 * @throws SyncError `link.refused`, `link.timeout`, or the signal's reason
 */
export async function openTcp(options: TcpOptions, signal: AbortSignal): Promise<Link> {
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  signal.throwIfAborted();
  const { host, port } = (await lookUp(options.host, signal)) ?? options;
  signal.throwIfAborted();
  // Small writes of both sides would wait for each other's delayed acknowledgements (spec: qdsync protocol 7).
  const socket = connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  });
  const description = describeLink({ kind: 'tcp', host: options.host, port });
  return new Promise((resolve, reject) => {
    let lastLook: NodeJS.Immediate | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      clearImmediate(lastLook);
      signal.removeEventListener('abort', abort);
      socket.off('connect', connected);
      socket.off('error', failed);
    };
    const fail = (error: Error): void => {
      settle();
      // An error of a socket that is given up must not be thrown at the process.
      socket.on('error', ignoreError);
      socket.destroy();
      reject(error);
    };
    const connected = (): void => {
      settle();
      resolve(new TcpLink(socket, description));
    };
    const failed = (error: Error): void =>
      fail(new SyncError('link.refused', `${host}:${port}: ${reasonOf(error)}`, { cause: error }));
    const abort = (): void =>
      fail(signal.reason instanceof Error ? signal.reason : new SyncError('sync.cancelled'));
    const tooLate = (): void =>
      fail(new SyncError('link.timeout', `${host}:${port} does not accept the connection`));
    // A process that was held up sees its timers before its sockets: what has come by then counts.
    const timer = setTimeout(() => {
      lastLook = setImmediate(tooLate);
    }, connectTimeoutMs);
    socket.once('connect', connected);
    socket.once('error', failed);
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** Also the link of an accepted connection. */
export class TcpLink implements Link {
  readonly description: string;
  readonly #socket: Socket;
  /** What is read from and written to: the socket, or TLS over it. */
  #stream: Socket;
  #handler: LinkHandler | undefined;
  readonly #closed: Promise<void>;
  #error: Error | undefined;

  constructor(socket: Socket, description: string) {
    this.description = description;
    this.#socket = socket;
    this.#stream = socket;
    socket.pause();
    socket.on('error', (error) => {
      this.#error = error;
    });
    this.#closed = new Promise((resolve) => {
      if (socket.closed) resolve();
      else socket.once('close', () => resolve());
    });
  }

  start(handler: LinkHandler): void {
    this.#handler = handler;
    this.#socket.on('data', this.#received);
    // Half-open connections are of no use here: whoever stops sending is gone.
    this.#socket.on('end', () => this.#socket.destroy());
    void this.#closed.then(() => handler.ended(this.#error && lost(this.#error)));
    this.#socket.resume();
  }

  readonly #received = (bytes: Buffer): void => this.#handler?.received(bytes);

  async secure(identity: TlsIdentity): Promise<string> {
    this.#socket.off('data', this.#received);
    try {
      const { stream, peerKey } = await secure(this.#socket, 'desktop', identity);
      stream.on('error', (error) => {
        this.#error ??= error;
      });
      // The other end's last word comes as the end of TLS alone.
      stream.on('end', () => this.#socket.destroy());
      stream.on('data', this.#received);
      this.#stream = stream;
      return peerKey;
    } catch (error) {
      throw lost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (error) reject(lost(this.#error ?? error));
        else resolve();
      });
    });
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  async close(): Promise<void> {
    this.#stream.destroySoon();
    // A peer that does not read keeps unsent bytes in the socket for ever.
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    await this.#closed;
    clearTimeout(timer);
  }
}

const CLOSE_TIMEOUT_MS = 1_000;

function lost(error: Error): SyncError {
  return new SyncError('link.lost', reasonOf(error), { cause: error });
}

/** `ECONNREFUSED`: shorter and steadier than the message. Several addresses give an error without a message. */
function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

function ignoreError(): void {
  // The connection attempt was given up; what becomes of its socket is of no interest.
}
