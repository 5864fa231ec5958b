/**
 * The device's serial port: silent until the first byte, blind to a desktop that goes away, closed for a few
 * seconds after each session (spec: qdsync protocol 1, 2.1, 7).
 */
import { SerialPort } from 'serialport';
import type { Connection, Wire } from './connection.ts';

export interface SerialOptions {
  readonly path: string;
  readonly baudRate: number;
  /** How long the port stays closed after a session. */
  readonly reopenMs: number;
  readonly connect: (wire: Wire) => Connection | undefined;
}

type PortState =
  | { readonly at: 'asleep' }
  | { readonly at: 'session'; readonly connection: Connection }
  | { readonly at: 'closed'; readonly timer: NodeJS.Timeout };

export class SerialListener {
  readonly #port: SerialPort;
  readonly #options: SerialOptions;
  #state: PortState = { at: 'asleep' };
  #pulled = false;

  private constructor(port: SerialPort, options: SerialOptions) {
    this.#port = port;
    this.#options = options;
    port.on('data', (chunk: Buffer) => this.#receive(chunk));
    // The other end of a pseudo-terminal is gone for good: no session can follow.
    port.on('error', () => this.#end());
    port.on('close', () => this.#end());
  }

  /** Opens the port. Rejects when it cannot be opened. */
  static async open(options: SerialOptions): Promise<SerialListener> {
    const { path, baudRate } = options;
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(error) : resolve()));
    });
    return new SerialListener(port, options);
  }

  /** Pulls the cable: bytes are lost both ways and, without DSR, nobody is told. */
  pull(): void {
    this.#pulled = true;
  }

  /** Plugs the cable in again: the old session is still there. */
  plug(): void {
    this.#pulled = false;
  }

  async close(): Promise<void> {
    this.#end();
    if (this.#state.at === 'closed') clearTimeout(this.#state.timer);
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve, reject) => {
      this.#port.close((error) => (error ? reject(error) : resolve()));
    });
  }

  #end(): void {
    if (this.#state.at === 'session') this.#state.connection.close();
  }

  #receive(chunk: Buffer): void {
    // The port is open all the time, for a pseudo-terminal that nobody holds goes away; what comes while the
    // device has its port closed is lost all the same.
    if (this.#pulled || this.#state.at === 'closed') return;
    if (this.#state.at === 'session') {
      this.#state.connection.receive(chunk);
      return;
    }
    const connection = this.#options.connect({
      write: (bytes) => {
        if (!this.#pulled) this.#port.write(bytes);
      },
      close: () => this.#sleep(),
      afterQuit: () => this.#sleep(),
    });
    if (!connection) return;
    this.#state = { at: 'session', connection };
    connection.greet();
    connection.receive(chunk);
  }

  #sleep(): void {
    if (this.#state.at === 'closed') clearTimeout(this.#state.timer);
    const timer = setTimeout(() => {
      this.#state = { at: 'asleep' };
    }, this.#options.reopenMs);
    timer.unref();
    this.#state = { at: 'closed', timer };
  }
}
