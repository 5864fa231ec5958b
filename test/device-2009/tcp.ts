/** The device's TCP listener. Every line is a small write of its own and Nagle's algorithm is left on, as in 2009. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Connection, Wire } from './connection.ts';

export interface TcpOptions {
  readonly port: number;
  /** Wait between the connection and its 220; helper lines that come along are acknowledged before it. */
  readonly greetMs: number;
  readonly connect: (wire: Wire) => Connection | undefined;
}

export class TcpListener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: TcpOptions) {
    this.#server = createServer((socket) => this.#accept(socket, options));
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. */
  static async listen(options: TcpOptions): Promise<TcpListener> {
    const listener = new TcpListener(options);
    listener.#server.listen(options.port, '127.0.0.1');
    await once(listener.#server, 'listening');
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and drops every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket, { connect, greetMs }: TcpOptions): void {
    this.#sockets.add(socket);
    const connection = connect({
      write: (bytes) => void socket.write(bytes),
      close: () => socket.end(() => socket.destroy()),
      afterQuit: () => undefined,
    });
    socket.on('close', () => {
      this.#sockets.delete(socket);
      connection?.lost();
    });
    // A reset by the desktop is one of the ways in which a link ends; 'close' follows.
    socket.on('error', () => socket.destroy());
    if (!connection) {
      socket.destroy();
      return;
    }
    socket.on('data', (chunk) => connection.receive(chunk));
    setTimeout(() => connection.greet(), greetMs);
  }
}
