import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeMessageLine } from '../../qdsync/index.ts';
import { DeviceProtocol, type ConnectionEvent } from './protocol.ts';

const BANNER = '220 Qtopia 4.4.3;challenge={e6bc9c39-5330-4d00-8bd2-de0c0b2b4205};protocol=2;system=Qtopia';
const LOGIN_REFUSED = '530 Please login with USER and PASS';

describe('a connection, as the device sees it', () => {
  let protocol: DeviceProtocol;
  let now = 0;

  const say = (text: string): readonly ConnectionEvent[] => protocol.receive(Buffer.from(text), now);
  const heard = (events: readonly ConnectionEvent[]): string[] =>
    events.map((event) => {
      if (event.kind === 'send') return event.line;
      if (event.kind === 'close') return `(close: ${event.reason})`;
      return event.kind === 'message' ? `(${event.message.name})` : `(${event.kind})`;
    });
  const answers = (text: string): string[] => heard(say(text));
  const logIn = (): void => {
    protocol.open(now);
    say('USER root\nPASS Qtopia15{one}\n');
    protocol.decideLogin(true, now);
  };

  beforeEach(() => {
    now = 1000;
    protocol = new DeviceProtocol({ banner: BANNER, loginName: 'root', maxLineBytes: 10_000 });
  });

  describe('login', () => {
    it('banner, USER, PASS, and the owner’s word', () => {
      expect(heard(protocol.open(now))).toEqual([BANNER]);
      expect(answers('HELPER_INIT 0 0 0\n')).toEqual([]);
      expect(answers('USER root\n')).toEqual(['331 User name ok, need password']);
      expect(say('PASS Qtopia15{one}\n')).toEqual([{ kind: 'login', password: '{one}' }]);
      expect(heard(protocol.decideLogin(true, now))).toEqual(['230 User logged in, proceed']);
    });

    it('command words may be in any case, with blanks around and CR LF behind', () => {
      protocol.open(now);
      expect(answers('  user root \r\n')).toEqual(['331 User name ok, need password']);
    });

    it('a refused desktop may try again on the same connection', () => {
      protocol.open(now);
      say('USER root\nPASS Qtopia15{one}\n');
      expect(heard(protocol.decideLogin(false, now))).toEqual([LOGIN_REFUSED]);
      expect(say('PASS Qtopia15{two}\n')).toEqual([{ kind: 'login', password: '{two}' }]);
    });

    it.each([
      'USER somebody',
      'USER',
      'PASS Qtopia15{before user}',
      'CALLB QPE/QDSync syncStart()',
      'CALLB',
      'NOOP',
      '220 hello',
    ])('before login %j is refused', (line) => {
      protocol.open(now);
      expect(answers(`${line}\n`)).toEqual([LOGIN_REFUSED]);
    });

    it('a password without the prefix is refused without asking anybody', () => {
      protocol.open(now);
      expect(answers('USER root\nPASS wrong\n')).toEqual(['331 User name ok, need password', LOGIN_REFUSED]);
    });

    it('whatever comes while the owner is asked is refused', () => {
      protocol.open(now);
      say('USER root\nPASS Qtopia15{one}\n');
      expect(answers('PASS Qtopia15{one}\nUSER root\nNOOP\n')).toEqual(Array(3).fill(LOGIN_REFUSED));
      expect(heard(protocol.decideLogin(true, now))).toEqual(['230 User logged in, proceed']);
    });
  });

  describe('time', () => {
    it('a command must come within five seconds of the banner; helper lines do not count', () => {
      protocol.open(now);
      now += 4999;
      say('HELPER_INIT 0 0 0\nHELPER_PING\n');
      expect(protocol.tick(now)).toEqual([]);
      now += 1;
      expect(protocol.deadline).toBe(now);
      expect(heard(protocol.tick(now))).toEqual(['(close: silent)']);
    });

    it('half a command is none', () => {
      protocol.open(now);
      say('USER roo');
      now += 5000;
      expect(heard(protocol.tick(now))).toEqual(['(close: silent)']);
    });

    it('a login takes at most a minute, but the owner as long as a person takes', () => {
      protocol.open(now);
      say('USER root\n');
      now += 59_000;
      expect(protocol.tick(now)).toEqual([]);
      say('PASS Qtopia15{one}\n');
      now += 3_600_000;
      expect(protocol.deadline).toBe(Infinity);
      expect(protocol.tick(now)).toEqual([]);
      protocol.decideLogin(false, now);
      now += 60_000;
      expect(heard(protocol.tick(now))).toEqual(['(close: no-login)']);
    });

    it('the helper’s time-out runs from the last byte, and ends with HELPER_QUIT', () => {
      logIn();
      say('HELPER_INIT 2000 0 0\n');
      now += 1999;
      expect(protocol.tick(now)).toEqual([]);
      say('HELPER_P');
      now += 2000;
      expect(heard(protocol.tick(now))).toEqual(['HELPER_QUIT', '(close: helper-timeout)']);
    });

    it('no time-out without one', () => {
      logIn();
      expect(protocol.deadline).toBe(Infinity);
    });
  });

  describe('helper', () => {
    it('each chunk is acknowledged when asked for, the one that asks included', () => {
      logIn();
      expect(answers('HELPER_INIT 0 1 0\n')).toEqual(['(acknowledge)']);
      expect(answers('HELPER_P')).toEqual(['(acknowledge)']);
      expect(answers('ING\n')).toEqual(['(acknowledge)']);
      expect(answers('HELPER_INIT 0 0 0\n')).toEqual([]);
    });

    it('200s are due unless they are switched off', () => {
      logIn();
      const okays = (text: string): boolean[] =>
        say(text).flatMap((event) => (event.kind === 'message' ? [event.okay] : []));
      const call = 'CALL QPE/QDSync syncSteps(int) 6\n';
      expect(
        okays(`${call}HELPER_INIT 0 0 0\n${call}HELPER_INIT 0\n${call}HELPER_INIT 0 0 1\n${call}`),
      ).toEqual([true, false, true, true]);
    });
  });

  describe('commands', () => {
    beforeEach(() => {
      logIn();
      say('HELPER_INIT 0 0 0\n');
    });

    it('understands every message of an original desktop, wrapped as it sends them', () => {
      const path = new URL('../../test/fixtures/vectors/desktop-to-device.json', import.meta.url);
      const vectors = JSON.parse(readFileSync(path, 'utf8')) as {
        messages: { line: string; message: string }[];
      };
      expect(vectors.messages.length).toBeGreaterThan(10);
      for (const { line, message } of vectors.messages) {
        expect(answers(`${line.trimEnd()}\n`)).toEqual([`(${message.slice(0, message.indexOf('('))})`]);
      }
    });

    it('CALL does as well', () => {
      expect(say('CALL QPE/QDSync displayText(QString) a&0x20;b&amp;c\n')).toEqual([
        { kind: 'message', message: { name: 'displayText', text: 'a b&c' }, okay: false },
      ]);
    });

    it('nobody listens on other channels: 599, and a 200 where those are on', () => {
      expect(answers('CALLB QPE/Nobody hello()\n')).toEqual(['599 ChannelNotRegistered QPE/Nobody']);
      say('HELPER_INIT 0 0 1\n');
      expect(answers('CALLB QPE/Nobody hello()\n')).toEqual([
        '599 ChannelNotRegistered QPE/Nobody',
        '200 Command okay',
      ]);
    });

    it('a message that nobody knows, on a channel that is known, is ignored', () => {
      expect(answers('CALLB QPE/QDSync hello()\n')).toEqual([]);
    });

    it('unknown commands: 502', () => {
      expect(answers('NOOP\n')).toEqual(['502 Command not implemented']);
      expect(answers('\u0000\u0001\n')).toEqual(['502 Command not implemented']);
    });

    it.each(['CALLB', 'CALLB QPE/QDSync', 'CALL QPE/QDSync f(QDateTime) 1', 'CALLB QPE/QDSync f(int) !!!'])(
      'malformed calls: 500, and an open session is told: %s',
      (line) => {
        const [first, second] = say(`${line}\n`);
        expect(first).toMatchObject({ kind: 'send', line: expect.stringMatching(/^500 /) as string });
        expect(second).toMatchObject({ kind: 'broken' });
      },
    );

    it('a message whose arguments are cut off breaks the session', () => {
      const line = encodeMessageLine({ name: 'removeServerRecord', clientId: '{a}:1' }).toString();
      const words = line.trimEnd().split(' ');
      const payload = Buffer.from(words[3] ?? '', 'base64');
      const cut = payload.subarray(0, payload.length - 4).toString('base64');
      expect(answers(`${words.slice(0, 3).join(' ')} ${cut}\n`)).toContain('(broken)');
    });

    it('QUIT: 211, and the end', () => {
      expect(answers('QUIT\nNOOP\n')).toEqual(['211 Have a nice day!', '(close: quit)']);
      expect(answers('NOOP\n')).toEqual([]);
    });

    it('QUIT needs no login', () => {
      protocol = new DeviceProtocol({ banner: BANNER, loginName: 'root' });
      protocol.open(now);
      expect(answers('QUIT\n')).toEqual(['211 Have a nice day!', '(close: quit)']);
    });
  });

  describe('limits', () => {
    it('a line over the limit ends the connection with a word', () => {
      logIn();
      expect(answers('x'.repeat(10_001))).toEqual(['500 The line is too long', '(close: line-too-long)']);
    });

    it('a line up to the limit does not', () => {
      logIn();
      expect(answers(`${'x'.repeat(10_000)}\n`)).toEqual(['502 Command not implemented']);
    });

    it('before login much less is held', () => {
      protocol.open(now);
      expect(answers('x'.repeat(4097))).toEqual(['500 The line is too long', '(close: line-too-long)']);
    });

    it('a million empty lines are nothing', () => {
      logIn();
      expect(answers('\n'.repeat(1_000_000))).toEqual([]);
    });
  });

  it('takes any bytes, in any portions, before and after login, without a throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }),
        fc.boolean(),
        (chunks, known) => {
          protocol = new DeviceProtocol({ banner: BANNER, loginName: 'root', maxLineBytes: 500 });
          if (known) logIn();
          else protocol.open(now);
          for (const chunk of chunks) protocol.receive(chunk, now);
          protocol.tick(now + 1);
        },
      ),
    );
  });

  it('says the same however its input is cut into portions', () => {
    const script = [
      'HELPER_INIT 0 0 1\r\n',
      'CALL QPE/QDSync syncSteps(int) 6\n',
      'NOOP\n\n',
      encodeMessageLine({ name: 'serverSyncRequest', dataset: 'contacts' }).toString(),
      'QUIT\n',
    ].join('');
    logIn();
    const whole = answers(script);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: script.length }), { maxLength: 10 }), (cuts) => {
        protocol = new DeviceProtocol({ banner: BANNER, loginName: 'root' });
        logIn();
        const edges = [0, ...cuts.sort((a, b) => a - b), script.length];
        const parts = edges.slice(1).map((end, index) => script.slice(edges[index], end));
        expect(parts.flatMap((part) => answers(part))).toEqual(whole);
      }),
    );
  });
});
