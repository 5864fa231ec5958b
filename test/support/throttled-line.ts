/**
 * A serial line that is as slow as a real one: two pairs of pseudo-terminals, and between them a relay that passes no
 * byte before its time. A pseudo-terminal by itself takes what it is given at any rate.
 */
import { once } from 'node:events';
import { SerialPort } from 'serialport';
import { startPtyPair } from './pty-pair.ts';

/** A byte on the line: a start bit, eight bits, a stop bit. */
const BITS_PER_BYTE = 10;
/** Bytes that the relay holds in each direction, as the chips of a real line do. */
const FIFO_BYTES = 256;
/** How often the relay looks, in ms. */
const TICK_MS = 2;

export interface ThrottledLine {
  /** Paths of the two ends. */
  readonly near: string;
  readonly far: string;
  /** Bytes that have passed. */
  readonly passed: { readonly toFar: number; readonly toNear: number };
  stop: () => Promise<void>;
}

export async function startThrottledLine(baudRate: number): Promise<ThrottledLine> {
  const [nearPair, farPair] = [await startPtyPair(), await startPtyPair()];
  const [near, far] = [await open(nearPair.far, baudRate), await open(farPair.near, baudRate)];
  const bytesPerMs = baudRate / BITS_PER_BYTE / 1000;
  const [toFar, toNear] = [new Direction(near, far, bytesPerMs), new Direction(far, near, bytesPerMs)];
  return {
    near: nearPair.near,
    far: farPair.far,
    passed: {
      get toFar() {
        return toFar.passed;
      },
      get toNear() {
        return toNear.passed;
      },
    },
    stop: async () => {
      for (const direction of [toFar, toNear]) direction.stop();
      for (const port of [near, far]) if (port.isOpen) await new Promise((closed) => port.close(closed));
      await Promise.all([nearPair.stop(), farPair.stop()]);
    },
  };
}

class Direction {
  passed = 0;
  readonly #from: SerialPort;
  readonly #to: SerialPort;
  readonly #bytesPerMs: number;
  readonly #timer: NodeJS.Timeout;
  /** When the last byte passed was through, by the line's rate. */
  #through = 0;
  #held: Buffer = Buffer.alloc(0);
  #writing = false;

  constructor(from: SerialPort, to: SerialPort, bytesPerMs: number) {
    this.#from = from;
    this.#to = to;
    this.#bytesPerMs = bytesPerMs;
    // Read only when there is room: who sends too fast has to wait, as on a line with flow control.
    from.on('readable', () => void this.#pass());
    this.#timer = setInterval(() => void this.#pass(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #pass(): Promise<void> {
    if (this.#writing) return;
    const now = performance.now();
    if (this.#held.length === 0) {
      this.#held = this.#read();
      // The line was idle: time that has gone by carries nothing.
      this.#through = Math.max(this.#through, now - TICK_MS);
    }
    const due = Math.min(this.#held.length, Math.floor((now - this.#through) * this.#bytesPerMs));
    if (due <= 0) return;
    const bytes = this.#held.subarray(0, due);
    this.#held = this.#held.subarray(due);
    if (this.#held.length === 0) this.#held = this.#read();
    this.#through += due / this.#bytesPerMs;
    this.passed += due;
    this.#writing = true;
    if (!this.#to.write(bytes)) await once(this.#to, 'drain');
    this.#writing = false;
  }

  #read(): Buffer {
    const size = Math.min(FIFO_BYTES, this.#from.readableLength);
    return size === 0 ? Buffer.alloc(0) : ((this.#from.read(size) as Buffer | null) ?? Buffer.alloc(0));
  }
}

async function open(path: string, baudRate: number): Promise<SerialPort> {
  const port = new SerialPort({ path, baudRate, autoOpen: false, highWaterMark: FIFO_BYTES });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  });
  // What is lost with a line that is taken away is nobody's to tell here.
  port.on('error', () => undefined);
  return port;
}
