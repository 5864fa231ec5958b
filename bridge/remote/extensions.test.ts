/** The desktop's end of the protocol extension (docs/protocol-extensions.md). */
import { describe, expect, it } from 'vitest';
import { Inbound, Outbound, extensions, type Received } from '../../qdsync/index.ts';
import {
  ConnectionBench,
  GREETING,
  LOGGED_IN,
  SECOND,
  USER_OK,
} from '../../test/support/connection-bench.ts';

const EXTENDED = GREETING + `;extensions=${extensions.join(' ')}`;
const EXTEND = `EXTEND ${extensions.join(' ')}`;

/** A device that knows the extensions, after EXTEND was said to it. */
class ExtendedDevice {
  readonly bench: ConnectionBench;
  readonly #inbound = new Inbound();
  readonly #outbound = new Outbound();
  #read: number;

  constructor(link: 'tcp' | 'serial' = 'tcp') {
    this.bench = new ConnectionBench(link);
    this.bench.hear(EXTENDED, USER_OK);
    this.bench.isDeflated = true;
    this.#read = this.bench.onWire.length;
    this.bench.hear(LOGGED_IN);
  }

  /** What the desktop has said since it was asked last. */
  heard(): Received['line'][] {
    const heard: Received['line'][] = [];
    for (const bytes of this.bench.onWire.slice(this.#read)) {
      for (const { line } of this.#inbound.push(bytes)) {
        heard.push(line);
        if (line.kind === 'extend') this.#inbound.deflate();
      }
    }
    this.#read = this.bench.onWire.length;
    return heard;
  }

  answer(): void {
    this.bench.hear(`250 ${extensions.join(' ')}`);
    this.#outbound.deflate(0);
  }

  say(line: string): void {
    this.hear(this.#outbound.seal(this.#outbound.line(line)));
  }

  hear(bytes: Uint8Array): void {
    this.bench.take(this.bench.connection.receive(bytes, this.bench.now));
  }
}

describe('the extensions of a device', () => {
  it('are switched on right after the login, in one line, and nothing is said to a device without them', () => {
    const device = new ExtendedDevice();
    expect(device.bench.written.slice(-1)).toEqual([EXTEND]);
    expect(device.bench.kinds()).not.toContain('logged-in');
    device.answer();
    expect(device.bench.events.at(-1)).toMatchObject({ kind: 'logged-in', extensions });

    const old = new ConnectionBench();
    old.hear(GREETING, USER_OK, LOGGED_IN);
    expect(old.events.at(-1)).toMatchObject({ kind: 'logged-in', extensions: [] });
    expect(old.written.map((line) => line.split(' ')[0])).toEqual(['HELPER_INIT', 'USER', 'PASS']);
  });

  it('are those that both ends know', () => {
    const bench = new ConnectionBench();
    bench.hear(GREETING + ';extensions=times telepathy', USER_OK, LOGGED_IN);
    expect(bench.written.at(-1)).toBe('EXTEND times');
    bench.hear('250 times');
    expect(bench.events.at(-1)).toMatchObject({ kind: 'logged-in', extensions: ['times'] });
    const foreign = new ConnectionBench();
    foreign.hear(GREETING + ';extensions=telepathy', USER_OK, LOGGED_IN);
    expect(foreign.events.at(-1)).toMatchObject({ kind: 'logged-in', extensions: [] });
  });

  it('deflate what comes after EXTEND, pings as well, and understand what comes after the 250', () => {
    const device = new ExtendedDevice('serial');
    expect(device.heard()).toMatchObject([{ kind: 'extend' }]);
    device.bench.pass(SECOND);
    expect(device.heard()).toEqual([{ kind: 'helper', helper: { kind: 'ping' } }]);
    device.answer();
    device.bench.take(device.bench.connection.send({ name: 'syncSteps', total: 6 }, device.bench.now));
    expect(device.heard()).toMatchObject([{ kind: 'call', call: { channel: 'QPE/QDSync' } }]);
    device.say('200 Command okay');
    expect(device.bench.connection.answers).toBe(1);
    expect(device.bench.lines.filter((line) => line.startsWith('out CALLB'))).toHaveLength(1);
    expect(device.bench.lines.at(-1)).toBe('in 200 Command okay');
  });

  it('count as bytes what went over the wire', () => {
    const device = new ExtendedDevice();
    device.answer();
    for (let step = 0; step < 50; step += 1) {
      device.bench.take(device.bench.connection.send({ name: 'syncProgress', step }, device.bench.now));
    }
    const { bytesOut } = device.bench.connection.counters;
    expect(bytesOut).toBe(Buffer.concat(device.bench.onWire).length);
    expect(bytesOut).toBeLessThan(50 * 60);
  });

  it.each(['502 Command not implemented', '250 times', '250', 'what?'])(
    'end the connection at the answer %j',
    (line) => {
      const device = new ExtendedDevice();
      device.bench.hear(line);
      expect(device.bench.end?.code).toBe('wire.protocol');
    },
  );

  it('a device that does not answer is given up; a stray call before the answer is not an answer', () => {
    const device = new ExtendedDevice();
    device.bench.hear('CALLB QD/QDSync forwardedMessage(QString,QString,QByteArray)');
    expect(device.bench.end).toBeUndefined();
    device.bench.pass(11 * SECOND);
    expect(device.bench.end).toEqual({ code: 'link.timeout', detail: 'waited for the answer to EXTEND' });
  });

  it('a device that begins anew in the middle is noticed at its first byte', () => {
    const device = new ExtendedDevice();
    device.answer();
    device.bench.hear(EXTENDED);
    expect(device.bench.end?.code).toBe('link.lost');
  });

  it('QUIT is said in their way, also before the answer', () => {
    const device = new ExtendedDevice();
    device.bench.take(device.bench.connection.quit(device.bench.now));
    expect(device.heard()).toEqual([{ kind: 'extend', names: [...extensions] }, { kind: 'quit' }]);
  });
});
