/** A plain desktop for tests: sends what it is told, line by line, and waits for what it is told. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import { LineSplitter } from './line-splitter.ts';
import { decodeArguments, encodeArguments, encodeBytes, encodeString, type Argument } from './values.ts';

const FORWARDED = 'forwardedMessage(QString,QString,QByteArray)';

/** A message of the device, unwrapped. */
export interface DeviceMessage {
  readonly channel: string;
  readonly message: string;
  readonly args: readonly Argument[];
}

type Waiter = (line: string | undefined) => void;

export class DesktopScript {
  readonly #stream: Duplex;
  readonly #lines: string[] = [];
  readonly #waiters: Waiter[] = [];
  #ended = false;

  private constructor(stream: Duplex) {
    this.#stream = stream;
    const splitter = new LineSplitter(64 * 1024 * 1024);
    stream.on('data', (chunk: Buffer) => {
      for (const line of splitter.push(chunk).lines) this.#take(line.toString('utf8'));
    });
    stream.on('close', () => {
      this.#ended = true;
      for (const waiter of this.#waiters.splice(0)) waiter(undefined);
    });
    // A link that is cut is what many tests are about; 'close' follows and is what they wait for.
    stream.on('error', () => stream.destroy());
  }

  /** Connects over TCP, with no-delay set as a good desktop does. */
  static async tcp(port: number): Promise<DesktopScript> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new DesktopScript(socket);
  }

  /** Opens a serial port. */
  static async serial(path: string): Promise<DesktopScript> {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(error) : resolve()));
    });
    return new DesktopScript(port);
  }

  /** Sends lines, each with a bare LF. */
  send(...lines: readonly string[]): void {
    this.raw(lines.map((line) => `${line}\n`).join(''));
  }

  /** Sends anything. */
  raw(text: string): void {
    this.#stream.write(text);
  }

  /** Sends a message to the device, wrapped as all of them are. */
  call(channel: string, message: string, ...args: readonly Argument[]): void {
    const payload = Buffer.concat([
      encodeString(channel),
      encodeString(message),
      encodeBytes(encodeArguments(message, args)),
    ]);
    this.send(`CALLB QPE/QDSync ${FORWARDED} ${payload.toString('base64')}`);
  }

  /** The next line; undefined when the link has ended. Rejects when none comes in time. */
  async line(timeoutMs = 5_000): Promise<string | undefined> {
    const line = this.#lines.shift();
    if (line !== undefined || this.#ended) return line;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new Error('nothing came from the device'));
      }, timeoutMs);
      const waiter: Waiter = (arrived) => {
        clearTimeout(timer);
        resolve(arrived);
      };
      this.#waiters.push(waiter);
    });
  }

  /** The next line that is no message: a status or a line of the helper. */
  async status(): Promise<string | undefined> {
    let line = await this.line();
    while (line?.startsWith('CALLB ') === true) line = await this.line();
    return line;
  }

  /** The next so many lines. */
  async lines(count: number): Promise<readonly (string | undefined)[]> {
    const lines: (string | undefined)[] = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** What comes within a while: to show that nothing does. */
  async quiet(ms = 60): Promise<readonly string[]> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#lines.splice(0);
  }

  /** The next QCop message; what is not a CALLB is passed over. Undefined when the link has ended. */
  async message(): Promise<DeviceMessage | undefined> {
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      const message = unwrap(line);
      if (message) return message;
    }
    return undefined;
  }

  /** QCop messages up to and with the one named. */
  async messagesUntil(name: string): Promise<readonly DeviceMessage[]> {
    const all: DeviceMessage[] = [];
    for (let next = await this.message(); next; next = await this.message()) {
      all.push(next);
      if (next.message === name) return all;
    }
    throw new Error(`the link ended before ${name}`);
  }

  /** Closes the link. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const closed = once(this.#stream, 'close');
    if (this.#stream instanceof SerialPort) this.#stream.close();
    else this.#stream.destroy();
    await closed;
  }

  #take(line: string): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter(line);
    else this.#lines.push(line);
  }
}

/** The QCop message of a line of the device; undefined when the line is something else. */
export function unwrap(line: string): DeviceMessage | undefined {
  const [command, , outer, payload = ''] = line.split(' ');
  if (command !== 'CALLB' || outer !== FORWARDED) return undefined;
  const [channel, message, bytes] = decodeArguments(FORWARDED, Buffer.from(payload, 'base64')) ?? [];
  if (typeof channel !== 'string' || typeof message !== 'string') return undefined;
  const args = decodeArguments(message, Buffer.isBuffer(bytes) ? bytes : null);
  return args && { channel, message, args };
}
