import { describe, expect, it } from 'vitest';
import {
  CHALLENGE,
  GREETING,
  LOGGED_IN,
  REFUSED,
  SECOND,
  USER_OK,
  ConnectionBench as Bench,
} from '../../test/support/connection-bench.ts';

describe('handshake over TCP', () => {
  it('HELPER_INIT with 200s on, USER, PASS, 230', () => {
    const bench = new Bench();
    expect(bench.written).toEqual(['HELPER_INIT 0 0 1']);
    bench.hear(GREETING);
    expect(bench.written.at(-1)).toBe('USER root');
    bench.hear(USER_OK);
    expect(bench.written.at(-1)).toBe('PASS Qtopia15Ab3dEf9h');
    bench.hear(LOGGED_IN);
    expect(bench.events).toMatchObject([
      {
        kind: 'logged-in',
        password: 'Ab3dEf9h',
        banner: {
          challenge: CHALLENGE,
          displayName: 'Joe Owner',
          datasets: ['calendar', 'contacts', 'tasks'],
        },
      },
    ]);
    expect(bench.written.length).toBe(3);
  });

  it('says USER at once: the device waits five seconds for it', () => {
    const bench = new Bench();
    bench.pass(9 * SECOND);
    bench.hear(GREETING);
    expect(bench.written.at(-1)).toBe('USER root');
  });

  it('[SEC-1] shows no password to observers', () => {
    const bench = new Bench();
    bench.hear(GREETING, USER_OK);
    expect(bench.lines.filter((line) => line.includes('PASS'))).toEqual(['out PASS ********']);
  });

  it('a silent device: link.timeout after ten seconds, nothing repeated', () => {
    const bench = new Bench();
    bench.pass(10 * SECOND - 1);
    expect(bench.end).toBeUndefined();
    bench.pass(1);
    expect(bench.end?.code).toBe('link.timeout');
    expect(bench.written).toEqual(['HELPER_INIT 0 0 1']);
  });

  it.each([
    ['220 Qtopia QCop bridge ready!', 'wire.legacy-device'],
    ['421 Another desktop is connected', 'device.other-desktop'],
    ['220 Qtopia 2.1.0;challenge={x};loginname=me', 'wire.legacy-device'],
    [GREETING.replace('protocol=2', 'protocol=3'), 'wire.not-a-device'],
    [GREETING.replace(CHALLENGE, ''), 'wire.not-a-device'],
    ['220 ProFTPD Server', 'wire.not-a-device'],
    ['SSH-2.0-OpenSSH_9.6', 'wire.not-a-device'],
  ])('%s: %s', (line, code) => {
    const bench = new Bench();
    bench.hear(line);
    expect(bench.end?.code).toBe(code);
    expect(bench.written).toEqual(['HELPER_INIT 0 0 1']);
  });

  it('another desktop at the device is told once, not in the device’s words as well', () => {
    const bench = new Bench();
    bench.hear('421 Another desktop is connected');
    expect(bench.end).toEqual({ code: 'device.other-desktop', detail: '' });
  });

  it('a device that does not answer USER: link.timeout', () => {
    const bench = new Bench();
    bench.hear(GREETING);
    bench.pass(10 * SECOND);
    expect(bench.end).toEqual({ code: 'link.timeout', detail: 'waited for the login' });
  });

  it('ignores a stray clientError and stray 200s before login', () => {
    const bench = new Bench();
    bench.hear(GREETING);
    bench.hearMessage({ name: 'clientError' });
    bench.hear('200 Command okay', USER_OK, LOGGED_IN);
    expect(bench.kinds()).toEqual(['ignored', 'ignored', 'logged-in']);
  });

  it.each(['500 Syntax error', '502 Command not implemented'])('%s: wire.protocol', (line) => {
    const bench = new Bench();
    bench.hear(GREETING, line);
    expect(bench.end?.code).toBe('wire.protocol');
  });

  it('a device may need no password', () => {
    const bench = new Bench();
    bench.hear(GREETING, LOGGED_IN);
    expect(bench.events).toMatchObject([{ kind: 'logged-in', password: '' }]);
  });
});

describe('the owner’s question', () => {
  it('is told at once for an unknown device, and nothing is said meanwhile', () => {
    const bench = new Bench('tcp', {}, false);
    bench.hear(GREETING, USER_OK);
    expect(bench.kinds()).toEqual(['waiting-for-allow']);
    const said = bench.written.length;
    bench.pass(90 * SECOND);
    expect(bench.written.length).toBe(said);
    bench.hear(LOGGED_IN);
    expect(bench.kinds()).toEqual(['waiting-for-allow', 'logged-in']);
  });

  it('is told after a second when the device should know us', () => {
    const bench = new Bench();
    bench.hear(GREETING, USER_OK);
    bench.pass(SECOND - 1);
    expect(bench.kinds()).toEqual([]);
    bench.pass(1);
    expect(bench.kinds()).toEqual(['waiting-for-allow']);
  });

  it('unanswered for two minutes: QUIT and login.timeout', () => {
    const bench = new Bench();
    bench.hear(GREETING, USER_OK);
    bench.pass(120 * SECOND);
    expect(bench.end?.code).toBe('login.timeout');
    expect(bench.written.at(-1)).toBe('QUIT');
  });

  it('answered No: QUIT and login.refused, no password kept', () => {
    const bench = new Bench();
    bench.hear(GREETING, USER_OK, REFUSED);
    expect(bench.end?.code).toBe('login.refused');
    expect(bench.written.at(-1)).toBe('QUIT');
    expect(bench.kinds()).not.toContain('logged-in');
  });

  it('pings go on under it on a serial line, as the command layer never sees them', () => {
    const bench = new Bench('serial', {}, false);
    bench.hear(GREETING, USER_OK);
    bench.written.length = 0;
    bench.pass(5 * SECOND);
    expect(bench.written).toEqual(Array<string>(5).fill('HELPER_PING'));
  });
});

describe('handshake over a serial line', () => {
  it('HELPER_INIT with a device time-out, again every 5 s; QUIT when no greeting comes', () => {
    const bench = new Bench('serial', { greetingSerialMs: 16 * SECOND });
    const said: string[] = [];
    for (let second = 0; second <= 15; second += 1) {
      for (const line of bench.written.splice(0)) if (line !== 'HELPER_PING') said.push(`${second} ${line}`);
      bench.pass(SECOND);
    }
    expect(said).toEqual([
      '0 HELPER_INIT 30000 0 1',
      '2 QUIT',
      '5 HELPER_INIT 30000 0 1',
      '9 QUIT',
      '10 HELPER_INIT 30000 0 1',
      '15 HELPER_INIT 30000 0 1',
    ]);
    expect(bench.end?.code).toBe('link.timeout');
  });

  it('[WIRE-5] finds an old session still logged in: QUIT ends it, the next greeting is taken', () => {
    const bench = new Bench('serial');
    bench.pass(2 * SECOND);
    expect(bench.written.at(-1)).toBe('QUIT');
    bench.hear('200 Command okay', '211 Have a nice day!');
    bench.pass(5 * SECOND);
    expect(bench.written).toContain('HELPER_INIT 30000 0 1');
    bench.hear(GREETING, USER_OK, LOGGED_IN);
    expect(bench.kinds()).toContain('logged-in');
  });

  it('overlooks the tail of something older', () => {
    const bench = new Bench('serial');
    bench.hear(
      'AAAAHgBRAFAARQAvAFEAdABv',
      'CALLB QD/QDSync',
      '530 Please login',
      GREETING,
      USER_OK,
      LOGGED_IN,
    );
    expect(bench.kinds().at(-1)).toBe('logged-in');
  });

  it('says that what answers is no device when only nonsense came', () => {
    const bench = new Bench('serial');
    bench.hear('login:');
    bench.pass(30 * SECOND);
    expect(bench.end?.code).toBe('wire.not-a-device');
  });

  it('says HELPER_INIT at once when the line comes up', () => {
    const bench = new Bench('serial');
    bench.pass(SECOND);
    bench.written.length = 0;
    bench.take(bench.connection.lineUp(bench.now));
    expect(bench.written).toEqual(['HELPER_INIT 30000 0 1']);
  });

  it('says nothing more while the line takes nothing; silence counts from when it did', () => {
    const bench = new Bench('serial');
    bench.blocked = true;
    bench.take(bench.connection.lineUp(0));
    const said = bench.written.length;
    bench.pass(20 * SECOND);
    expect(bench.written.length).toBe(said);
    bench.blocked = false;
    bench.connection.sent('HELPER_INIT 30000 0 1\n'.length, bench.now);
    bench.pass(SECOND + 999);
    expect(bench.written).not.toContain('QUIT');
    bench.pass(1);
    expect(bench.written).toContain('QUIT');
  });

  it('the Greenphone acknowledges input and is pinged from the start', () => {
    const bench = new Bench('greenphone');
    expect(bench.written).toEqual(['HELPER_INIT 30000 1 1']);
    bench.hear('HELPER_ACK');
    bench.pass(SECOND);
    expect(bench.written.at(-1)).toBe('HELPER_PING');
    bench.hear('HELPER_ACK', GREETING, 'HELPER_ACK', USER_OK, 'HELPER_ACK', LOGGED_IN);
    expect(bench.kinds()).toEqual(['logged-in']);
  });
});
