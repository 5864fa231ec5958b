/** The serial link. */
import type { SerialPort } from 'serialport';
import { SyncError } from '../../contract/errors.ts';
import { describeLink, type Link, type LinkHandler } from './link.ts';
import { listPorts } from './ports.ts';
import { watchDsr } from './dsr-watch.ts';

export interface SerialOptions {
  readonly path: string;
  readonly baudRate: number;
  readonly greenphone: boolean;
}

const CLOSE_TIMEOUT_MS = 1_000;

/**
 * Opens a serial port with hardware flow control.
 * @throws SyncError `link.serial-open`, or the signal's reason
 */
export async function openSerial(options: SerialOptions, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const { baudRate } = options;
  const path = await resolvePort(options.path);
  // Loaded when it is needed: most bridges never open a serial port.
  const { SerialPort } = await import('serialport');
  const port = new SerialPort({ path, baudRate, rtscts: true, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error) reject(new SyncError('link.serial-open', `${path}: ${error.message}`, { cause: error }));
      else resolve();
    });
  });
  const link = new SerialLink(port, describeLink({ kind: 'serial', ...options }));
  if (signal.aborted) {
    await link.close();
    signal.throwIfAborted();
  }
  return link;
}

/** `usb:0525:a4a2` or `usb:0525:a4a2:SERIAL` names whatever port the device with this USB id has now. */
export async function resolvePort(path: string, list = listPorts): Promise<string> {
  const match = /^usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?$/i.exec(path);
  if (match === null) return path;
  const [, vendor, product, serial] = match;
  const same = (a: string | null, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();
  const found = (await list()).filter(
    (port) =>
      same(port.vendorId, vendor) &&
      same(port.productId, product) &&
      (serial === undefined || port.serialNumber === serial),
  );
  const [only, ...others] = found;
  if (only === undefined) throw new SyncError('link.serial-open', `no device with ${path} is connected`);
  if (others.length > 0)
    throw new SyncError('link.serial-open', `several devices have ${path}; add the serial number`);
  return only.path;
}

class SerialLink implements Link {
  readonly description: string;
  readonly #port: SerialPort;
  readonly #closed: Promise<void>;
  #error: Error | undefined;
  #finish: () => void = () => undefined;
  #started = false;

  constructor(port: SerialPort, description: string) {
    this.description = description;
    this.#port = port;
    port.on('error', (error: Error) => {
      this.#error ??= error;
    });
    // `close` may come twice; a promise is settled once.
    this.#closed = new Promise((resolve) => {
      this.#finish = resolve;
      port.on('close', (error: Error | null) => {
        if (error !== null) this.#error ??= error;
        resolve();
      });
    });
  }

  start(handler: LinkHandler): void {
    this.#started = true;
    // A vanished peer is noticed only while somebody listens for data.
    this.#port.on('data', (bytes: Buffer) => handler.received(bytes));
    const stopWatching = watchDsr(this.#port, {
      raised: () => handler.up(),
      dropped: () => {
        this.#error ??= new SyncError('link.lost', 'the other end dropped the line');
        void this.close();
      },
    });
    void this.#closed.then(() => {
      stopWatching();
      handler.ended(this.#error && lost(this.#error));
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    // With nobody reading at the other end the callback comes only when the port closes, or never.
    const written = new Promise<void>((resolve, reject) => {
      this.#port.write(bytes, (error) => {
        if (error) reject(lost(error));
        else resolve();
      });
    });
    const gone = this.#closed.then(() => {
      throw lost(this.#error ?? new Error('the port was closed'));
    });
    return Promise.race([written, gone]);
  }

  pause(): void {
    this.#port.pause();
  }

  resume(): void {
    if (this.#started) this.#port.resume();
  }

  async close(): Promise<void> {
    if (this.#port.isOpen) this.#port.close();
    // A driver that hangs must not keep the bridge from going on.
    const timer = setTimeout(this.#finish, CLOSE_TIMEOUT_MS);
    await this.#closed;
    clearTimeout(timer);
  }
}

function lost(error: Error): SyncError {
  return error instanceof SyncError ? error : new SyncError('link.lost', error.message, { cause: error });
}
