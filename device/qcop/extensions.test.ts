/** The device's end of the protocol extension (docs/protocol-extensions.md). */
import { beforeEach, describe, expect, it } from 'vitest';
import { Outbound, extensions } from '../../qdsync/index.ts';
import { DeviceProtocol, type ConnectionEvent } from './protocol.ts';

const BANNER = '220 Qtopia 4.4.3;protocol=2;system=Qtopia';
const EXTEND = `EXTEND ${extensions.join(' ')}`;

describe('EXTEND', () => {
  let protocol: DeviceProtocol;
  const open = (offered: readonly (typeof extensions)[number][] = extensions): void => {
    protocol = new DeviceProtocol({ banner: BANNER, loginName: 'root', extensions: offered });
    protocol.open(0);
  };
  const logIn = (): void => {
    protocol.receive(Buffer.from('USER root\nPASS Qtopia15x\n'), 0);
    protocol.decideLogin(true, 0);
  };
  const hear = (bytes: Buffer | string): readonly ConnectionEvent[] =>
    protocol.receive(Buffer.from(bytes), 0);
  const lines = (events: readonly ConnectionEvent[]): string[] =>
    events.map((event) => (event.kind === 'send' ? event.line : `(${event.kind})`));

  beforeEach(() => {
    open();
  });

  it('is answered with what was switched on; what follows in the same breath is deflated', () => {
    logIn();
    const outbound = new Outbound();
    const extend = outbound.line(EXTEND);
    outbound.deflate(extend.length);
    const bytes = outbound.seal(Buffer.concat([extend, outbound.line('NOOP'), outbound.line('QUIT')]));
    expect(lines(hear(bytes))).toEqual([
      `250 ${extensions.join(' ')}`,
      '(extended)',
      '502 Command not implemented',
      '211 Have a nice day!',
      '(close)',
    ]);
  });

  it('may leave out what it does not want, "deflate" too: then lines go on', () => {
    logIn();
    expect(lines(hear('EXTEND times guard\nNOOP\n'))).toEqual([
      '250 times guard',
      '(extended)',
      '502 Command not implemented',
    ]);
  });

  it('is refused before the login like any command', () => {
    expect(lines(hear(`${EXTEND}\n`))).toEqual(['530 Please login with USER and PASS']);
  });

  it.each([
    ['unknown names', 'EXTEND telepathy\n'],
    ['no names', 'EXTEND\n'],
    ['a name twice', 'EXTEND times times\n'],
    ['a second time', 'EXTEND times\nEXTEND guard\n'],
    ['too late', 'NOOP\nEXTEND times\n'],
  ])('with %s ends the connection, for what follows could not be read', (_what, text) => {
    logIn();
    const events = hear(text);
    expect(events.at(-1)).toEqual({ kind: 'close', reason: 'bad-stream' });
    expect(lines(events).at(-2)).toMatch(/^500 /);
  });

  it('of what was not offered ends the connection; where nothing is offered it is unknown, as in 2009', () => {
    open(['times']);
    logIn();
    expect(hear('EXTEND deflate\n').at(-1)).toEqual({ kind: 'close', reason: 'bad-stream' });
    open([]);
    logIn();
    expect(lines(hear(`${EXTEND}\n`))).toEqual(['502 Command not implemented']);
  });

  it('a desktop that begins anew in the middle is noticed at its first byte', () => {
    logIn();
    hear('EXTEND deflate\n');
    expect(hear('HELPER_INIT 30000 0 1\n')).toEqual([{ kind: 'close', reason: 'bad-stream' }]);
  });
});
