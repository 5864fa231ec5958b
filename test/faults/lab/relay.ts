/** A TCP relay between bridge and device that counts lines and strikes at an exact place. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Faults, type CutDirection, type CutPlace } from '../../device-2009/faults.ts';

const LINE_FEED = 0x0a;

export class Relay {
  /** Where connections are taken to. */
  target = 0;
  readonly #server: Server;
  readonly #faults = new Faults();
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Length in bytes of each line since `forget`, its line feed included. */
  readonly #lines: Record<CutDirection, number[]> = { 'to-device': [], 'from-device': [] };
  readonly #open: Record<CutDirection, number> = { 'to-device': 0, 'from-device': 0 };
  #strike: () => void = () => undefined;
  #struckAt: number | undefined;

  private constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  static async start(): Promise<Relay> {
    const relay = new Relay();
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets both sides at that place, counted from now; `also` is done at the same moment. */
  cutAt(place: CutPlace, also: () => void = () => undefined): void {
    this.#struckAt = undefined;
    this.#strike = also;
    this.#faults.cutAt(place);
  }

  cancelCut(): void {
    this.#faults.clear();
  }

  /** When the link was cut, by `performance.now()`; undefined while it was not. */
  get struckAt(): number | undefined {
    return this.#struckAt;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Cuts all connections now. */
  cut(): void {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.resetAndDestroy();
    this.#pairs.clear();
    this.#open['to-device'] = this.#open['from-device'] = 0;
  }

  /** Forgets the lines counted so far. */
  forget(): void {
    this.#lines['to-device'] = [];
    this.#lines['from-device'] = [];
  }

  get shape(): Readonly<Record<CutDirection, readonly number[]>> {
    return this.#lines;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    const far = connect({ host: '127.0.0.1', port: this.target, noDelay: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (bytes) => this.#pass(bytes, 'to-device', far));
    far.on('data', (bytes) => this.#pass(bytes, 'from-device', near));
  }

  #pass(chunk: Buffer, direction: CutDirection, to: Socket): void {
    const { bytes, cut } = this.#faults.pass(chunk, direction);
    this.#count(bytes, direction);
    if (!cut) {
      to.write(bytes);
      return;
    }
    this.#struckAt = performance.now();
    this.#strike();
    // What lies before the cut arrives, with the end of the connection behind it; the sender's side is reset.
    const gone = [...this.#pairs].filter((pair) => pair.includes(to));
    for (const pair of gone) this.#pairs.delete(pair);
    to.removeAllListeners('data');
    to.end(bytes, () => to.destroySoon());
    for (const pair of gone) for (const socket of pair) if (socket !== to) socket.resetAndDestroy();
    this.cut();
  }

  #count(bytes: Buffer, direction: CutDirection): void {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.#lines[direction].push(this.#open[direction] + end + 1 - start);
      this.#open[direction] = 0;
      start = end + 1;
    }
    this.#open[direction] += bytes.length - start;
  }
}
