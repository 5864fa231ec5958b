import { describe, expect, it } from 'vitest';
import { encodeForwarded, encodeMessageLine } from '../../qdsync/index.ts';
import { GREETING, REFUSED, SECOND, ConnectionBench as Bench } from '../../test/support/connection-bench.ts';

describe('the link helper', () => {
  it('pings after a second without a byte written, never over TCP', () => {
    const bench = new Bench('serial').login();
    bench.pass(3 * SECOND + 1);
    expect(bench.written).toEqual(['HELPER_PING', 'HELPER_PING', 'HELPER_PING']);
    bench.now += 500;
    bench.take(bench.connection.send({ name: 'syncStart' }, bench.now));
    bench.written.length = 0;
    bench.pass(SECOND - 1);
    expect(bench.written).toEqual([]);
    bench.pass(1);
    expect(bench.written).toEqual(['HELPER_PING']);

    const tcp = new Bench().login();
    tcp.pass(3600 * SECOND);
    expect(tcp.written).toEqual([]);
  });

  it('pings do not pile up behind a long record', () => {
    const bench = new Bench('serial').login();
    bench.blocked = true;
    bench.take(
      bench.connection.send({ name: 'createServerRecord', record: Buffer.alloc(10_000) }, bench.now),
    );
    bench.written.length = 0;
    bench.pass(30 * SECOND);
    expect(bench.written).toEqual([]);
  });

  it('HELPER_QUIT: the link is dropped at once', () => {
    const bench = new Bench('serial').login();
    bench.hear('HELPER_QUIT');
    expect(bench.end?.code).toBe('link.lost');
  });
});

describe('R17 a device that only talks', () => {
  it('is not answered without end: refused calls whose answers it does not take end the connection', () => {
    const bench = new Bench().login();
    bench.blocked = true;
    for (let count = 0; count < 2_000 && bench.end === undefined; count += 1) bench.hear('CALLB nobody x()');
    expect(bench.end?.code).toBe('wire.protocol');
    expect(bench.written.length).toBeLessThan(1_100);
  });

  it('greets as often as a sleepy one may, and then no more', () => {
    const bench = new Bench();
    for (let count = 0; count < 100 && bench.end === undefined; count += 1) bench.hear(GREETING);
    expect(bench.end?.code).toBe('wire.protocol');
    expect(bench.written.filter((line) => line.startsWith('USER')).length).toBeLessThan(30);
  });
});

describe('status lines after login', () => {
  it('[WIRE-4] 200s are counted against our calls, surplus ones are not', () => {
    const bench = new Bench().login();
    bench.hear('200 Command okay');
    bench.take(bench.connection.send({ name: 'syncStart' }, 0));
    bench.take(bench.connection.send({ name: 'syncEnd' }, 0));
    expect([bench.connection.calls, bench.connection.answers]).toEqual([2, 0]);
    bench.hear('200 Command okay', '200 Command okay', '200 Command okay');
    expect([bench.connection.calls, bench.connection.answers]).toEqual([2, 2]);
    expect(bench.kinds()).toEqual(['answered', 'answered']);
  });

  it.each([
    ['500 Syntax error', 'wire.protocol'],
    ['502 Command not implemented', 'wire.protocol'],
    ['599 ChannelNotRegistered QPE/Qtopia4Sync', 'wire.protocol'],
    [REFUSED, 'link.lost'],
    [GREETING, 'link.lost'],
  ])('%s: %s', (line, code) => {
    const bench = new Bench().login();
    bench.hear(line);
    expect(bench.end?.code).toBe(code);
  });

  it.each(['211 Have a nice day!', '230 User logged in, proceed', '331 User name ok'])(
    '%s is ignored',
    (line) => {
      const bench = new Bench().login();
      bench.hear(line);
      expect(bench.kinds()).toEqual(['ignored']);
    },
  );
});

describe('calls of the device', () => {
  it('are unwrapped and told in order', () => {
    const bench = new Bench().login();
    bench.hearMessage({ name: 'startSync' });
    bench.hearMessage({ name: 'mappedId', serverId: 's', clientId: 'c' });
    expect(bench.events).toEqual([
      { kind: 'message', message: { name: 'startSync' } },
      { kind: 'message', message: { name: 'mappedId', serverId: 's', clientId: 'c' } },
    ]);
  });

  it('on a channel that nobody listens on are answered 599', () => {
    const bench = new Bench().login();
    bench.hear('CALLB QD/Other hello()');
    const inner = { channel: 'QD/Evil\nQUIT', signature: 'x()', args: null };
    bench.take(bench.connection.receive(encodeForwarded('desktop', inner), 0));
    expect(bench.written).toEqual([
      '599 ChannelNotRegistered QD/Other',
      '599 ChannelNotRegistered QD/Evil?QUIT',
    ]);
  });

  it('with an unknown message are ignored', () => {
    const bench = new Bench().login();
    const inner = { channel: 'QD/Qtopia4Sync', signature: 'newMessage(int)', args: null };
    bench.take(bench.connection.receive(encodeForwarded('desktop', inner), 0));
    expect(bench.kinds()).toEqual(['ignored']);
  });

  it.each([
    ['CALLB QD/QDSync', 'wire.bad-line'],
    ['CALLB QD/QDSync forwardedMessage(QString,QString,QByteArray) A', 'wire.bad-line'],
    ['CALLB QD/QDSync forwardedMessage(QString,QString,QByteArray) AAAAAQ==', 'wire.bad-message'],
    ['CALLB QD/QDSync forwardedMessage(QString,QString,QByteArray)', 'wire.bad-message'],
    ['what is this?', 'wire.bad-line'],
    ['\0\0\0', 'wire.bad-line'],
  ])('%j: %s', (line, code) => {
    const bench = new Bench().login();
    bench.hear(line);
    expect(bench.end?.code).toBe(code);
    if (line.startsWith('CALLB') && code === 'wire.bad-line') expect(bench.written.at(-1)).toMatch(/^500 /);
  });

  it('whose arguments are cut short end the connection: their record is lost', () => {
    const bench = new Bench().login();
    const inner = {
      channel: 'QD/Qtopia4Sync',
      signature: 'createClientRecord(QByteArray)',
      args: Buffer.from([0, 0, 0, 9]),
    };
    bench.take(bench.connection.receive(encodeForwarded('desktop', inner), 0));
    expect(bench.end?.code).toBe('wire.bad-message');
  });

  it('[WIRE-3] a record cut at any byte is never told (R2)', () => {
    const line = encodeMessageLine({ name: 'createClientRecord', record: Buffer.alloc(1_400, 'é') });
    expect(line.length).toBeGreaterThan(2_000);
    for (let cut = 0; cut < line.length; cut += 1) {
      const bench = new Bench().login();
      bench.take(bench.connection.receive(line.subarray(0, cut), 0));
      bench.take(bench.connection.linkEnded(undefined));
      expect(bench.kinds()).toEqual(['ended']);
      expect(bench.end?.code).toBe('link.lost');
    }
  });
});

describe('time limits', () => {
  it('an answer that does not come ends the connection', () => {
    const bench = new Bench().login();
    bench.connection.expectAnswer('its identity', 60 * SECOND, bench.now);
    bench.pass(60 * SECOND);
    expect(bench.end).toEqual({ code: 'link.timeout', detail: 'waited for its identity' });
  });

  it('[WIRE-2] run from the last byte moved: a portrait at 9600 baud takes minutes', () => {
    const bench = new Bench('serial').login();
    bench.connection.expectAnswer('its changes', 60 * SECOND, bench.now);
    const line = encodeMessageLine({ name: 'createClientRecord', record: Buffer.alloc(200_000) });
    for (let at = 0; at < line.length; at += 960) {
      bench.pass(SECOND);
      bench.take(bench.connection.receive(line.subarray(at, at + 960), bench.now));
    }
    expect(bench.now).toBeGreaterThan(180 * SECOND);
    expect(bench.kinds()).toEqual(['message']);
  });

  it('count what we still write as movement', () => {
    const bench = new Bench('serial').login();
    bench.blocked = true;
    bench.take(
      bench.connection.send({ name: 'createServerRecord', record: Buffer.alloc(90_000) }, bench.now),
    );
    bench.connection.expectAnswer('its answers', 60 * SECOND, bench.now);
    for (let piece = 0; piece < 100; piece += 1) {
      bench.pass(SECOND);
      bench.connection.sent(960, bench.now);
    }
    expect(bench.end).toBeUndefined();
  });

  it('a trickle of one byte a second is no sign of life', () => {
    const bench = new Bench().login();
    bench.connection.expectAnswer('its changes', 60 * SECOND, bench.now);
    for (let second = 0; second < 60; second += 1) {
      bench.pass(SECOND);
      bench.take(bench.connection.receive(Buffer.from('x'), bench.now));
    }
    expect(bench.end?.code).toBe('link.timeout');
  });

  it('neither are acknowledgements, blank lines and 200s for nothing', () => {
    const bench = new Bench('greenphone').login();
    bench.connection.expectAnswer('its changes', 60 * SECOND, bench.now);
    for (let second = 0; second < 60; second += 1) {
      bench.pass(SECOND);
      bench.hear('HELPER_ACK', '', '200 Command okay');
    }
    expect(bench.end?.code).toBe('link.timeout');
  });

  it('do not run while we hold the device back', () => {
    const bench = new Bench().login();
    bench.connection.expectAnswer('its changes', 60 * SECOND, bench.now);
    bench.connection.setPaused(true, bench.now);
    bench.pass(600 * SECOND);
    bench.connection.setPaused(false, bench.now);
    bench.pass(59 * SECOND);
    expect(bench.end).toBeUndefined();
    bench.pass(SECOND);
    expect(bench.end?.code).toBe('link.timeout');
  });

  it('a device that takes nothing any more is given up', () => {
    const bench = new Bench().login();
    bench.blocked = true;
    bench.take(bench.connection.send({ name: 'syncStart' }, bench.now));
    bench.pass(60 * SECOND);
    expect(bench.end).toEqual({ code: 'link.timeout', detail: 'the device takes nothing any more' });
  });

  it('silence can be asked for', () => {
    const bench = new Bench().login();
    bench.connection.expectQuiet(SECOND, bench.now);
    bench.pass(900);
    bench.hearMessage({ name: 'clientError' });
    bench.pass(900);
    expect(bench.kinds()).toEqual(['message']);
    bench.pass(100);
    expect(bench.kinds()).toEqual(['message', 'quiet']);
  });
});

describe('ending', () => {
  it('QUIT, 211, end without an error', () => {
    const bench = new Bench().login();
    bench.take(bench.connection.quit(bench.now));
    expect(bench.written).toEqual(['QUIT']);
    bench.hear('200 Command okay', '211 Have a nice day!');
    expect(bench.end).toEqual({ code: undefined, detail: undefined });
  });

  it('a device that does not answer QUIT is left after two seconds', () => {
    const bench = new Bench().login();
    bench.take(bench.connection.quit(bench.now));
    bench.pass(2 * SECOND);
    expect(bench.end).toEqual({ code: undefined, detail: undefined });
  });

  it('nothing is said to a device that has not greeted', () => {
    const bench = new Bench();
    bench.take(bench.connection.quit(0));
    expect(bench.written).toEqual(['HELPER_INIT 0 0 1']);
    expect(bench.end?.code).toBeUndefined();
  });

  it('ends once, and then does nothing', () => {
    const bench = new Bench().login();
    bench.take(bench.connection.linkEnded(undefined));
    bench.take(bench.connection.linkEnded(undefined));
    bench.hear('200 Command okay');
    bench.take(bench.connection.send({ name: 'syncStart' }, bench.now));
    bench.take(bench.connection.quit(bench.now));
    bench.pass(3600 * SECOND);
    expect(bench.kinds()).toEqual(['ended']);
    expect(bench.written).toEqual([]);
  });
});

describe('hostile framing (R17)', () => {
  it('[WIRE-1] a line over the limit ends the connection by name', () => {
    const bench = new Bench('tcp', { maxLineBytes: 1024 * 1024 }).login();
    const chunk = Buffer.alloc(65_536, 'x');
    for (let sent = 0; sent < 64 * 1024 * 1024; sent += chunk.length) {
      bench.take(bench.connection.receive(chunk, 0));
    }
    expect(bench.end?.code).toBe('wire.line-too-long');
    expect(bench.connection.counters.bytesIn).toBeLessThan(2 * 1024 * 1024);
  });

  it('a million empty lines are nothing', () => {
    const bench = new Bench().login();
    for (let sent = 0; sent < 16; sent += 1) {
      bench.take(bench.connection.receive(Buffer.alloc(65_536, '\n'), 0));
    }
    expect(bench.events).toEqual([]);
  });

  it('invalid UTF-8 before the greeting is not a device', () => {
    const bench = new Bench();
    bench.take(bench.connection.receive(Buffer.from([0xc3, 0x28, 0xff, 0x0a]), 0));
    expect(bench.end?.code).toBe('wire.not-a-device');
  });
});

it('counts lines and bytes of both directions', () => {
  const bench = new Bench();
  bench.hear(GREETING);
  expect(bench.connection.counters).toEqual({
    linesIn: 1,
    linesOut: 2,
    bytesIn: Buffer.byteLength(GREETING) + 1,
    bytesOut: 'HELPER_INIT 0 0 1\nUSER root\n'.length,
  });
});
