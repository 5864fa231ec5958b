import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';
import {
  encodeCallB,
  escapeArgument,
  formatCall,
  formatChannelNotRegistered,
  formatPass,
  formatStatus,
  formatUser,
  parseLine,
  statusTexts,
  unescapeArgument,
  type Line,
} from './commands.ts';
import { formatHelper, parseHelper, type HelperLine } from './helper.ts';
import { ValueReader } from './values.ts';

function parse(text: string): Line {
  return parseLine(Buffer.from(text, 'utf8'));
}

function args(text: string): ValueReader {
  const line = parse(text);
  if (line.kind !== 'call' || line.call.args === null) throw new Error(`read as ${line.kind}`);
  return new ValueReader(line.call.args);
}

describe('command words', () => {
  it('USER and PASS carry the rest of the line', () => {
    expect(parse(formatUser('root'))).toEqual({ kind: 'user', name: 'root' });
    expect(parse(formatPass('Qtopia15 a b'))).toEqual({ kind: 'pass', password: 'Qtopia15 a b' });
    expect(parse('PASS')).toEqual({ kind: 'pass', password: '' });
  });

  it('are read in any case', () => {
    expect(parse('quit')).toEqual({ kind: 'quit' });
    expect(parse('user Ærø')).toEqual({ kind: 'user', name: 'Ærø' });
    expect(parse('callb QPE/X y()')).toMatchObject({ kind: 'call' });
  });

  it('what is not known is named', () => {
    expect(parse('NOOP')).toEqual({ kind: 'unknown', word: 'NOOP' });
    expect(parse('x'.repeat(10_000))).toEqual({ kind: 'unknown', word: 'x'.repeat(40) });
    expect(parse('2000 no status')).toEqual({ kind: 'unknown', word: '2000' });
  });
});

describe('status lines', () => {
  it.each(Object.entries(statusTexts))('%s %s', (code, text) => {
    const line = formatStatus(Number(code) as keyof typeof statusTexts);
    expect(line).toBe(`${code} ${text}`);
    expect(parse(line)).toEqual({ kind: 'status', code: Number(code), text });
  });

  it('599 names the channel', () => {
    expect(formatChannelNotRegistered('QD/X')).toBe('599 ChannelNotRegistered QD/X');
    expect(parse('599 ChannelNotRegistered QD/X')).toMatchObject({ kind: 'status', code: 599 });
  });

  it('220 keeps its UTF-8 text', () => {
    expect(parse('220 Qtopia 4.4.3;displayname=Jørgen')).toMatchObject({
      code: 220,
      text: 'Qtopia 4.4.3;displayname=Jørgen',
    });
  });

  it('a bare code is a status without text', () => {
    expect(parse('230')).toEqual({ kind: 'status', code: 230, text: '' });
  });
});

describe('CALLB', () => {
  it('may come without arguments', () => {
    expect(parse('CALLB QPE/QDSync syncStart()')).toEqual({
      kind: 'call',
      call: { channel: 'QPE/QDSync', signature: 'syncStart()', args: null },
    });
  });

  it.each([
    'CALLB',
    'CALLB QPE/QDSync',
    'CALLB QPE/QDSync x() not_base64!',
    'CALLB QPE/QDSync x() QQ=',
    'CALLB QPE/QDSync x() QUI-',
    'CALLB QPE/QDSync x() QQ==QQ==',
    'CALLB QPE/QDSync x() QR==',
    'CALLB QPE/QDSync x() QQ== QQ==',
  ])('%s is malformed', (line) => {
    expect(parse(line).kind).toBe('malformed');
  });

  it('gives back any arguments', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const call = { channel: 'QPE/QDSync', signature: 'x(QByteArray)', args: Buffer.from(bytes) };
        const line = encodeCallB(call);
        expect(line.at(-1)).toBe(0x0a);
        expect(parseLine(line.subarray(0, -1))).toEqual({ kind: 'call', call });
      }),
    );
  });
});

describe('base64', () => {
  it('accepts exactly what an encoder writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.base64String(), fc.string({ unit: 'binary-ascii' })), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(bytes.toString('base64')).toBe(text);
      }),
    );
    expect(decodeBase64('')).toEqual(Buffer.alloc(0));
    expect(decodeBase64('AA BB')).toBeUndefined();
  });
});

describe('legacy CALL', () => {
  it('has ints, bools as ints, and strings', () => {
    const reader = args('CALL QPE/X f(QString,int,bool,bool) a&0x20;b -5 1 false');
    expect([reader.string(), reader.int(), reader.int(), reader.int()]).toEqual(['a b', -5, 1, 0]);
    expect(reader.end().ok).toBe(true);
  });

  it('formats what it reads', () => {
    const line = formatCall('QPE/QDSync', 'f(QString,int,bool)', ['x & y\r\n', 7, true]);
    expect(line).toBe('CALL QPE/QDSync f(QString,int,bool) x&0x20;&amp;&0x20;y&0x0a;&0x0d; 7 1');
    const reader = args(line);
    expect([reader.string(), reader.int(), reader.int()]).toEqual(['x & y\r\n', 7, 1]);
  });

  it('takes an empty string at the end although its blank was trimmed away', () => {
    expect(args('CALL QPE/X f(QString)').string()).toBe('');
  });

  it('without arguments has null ones', () => {
    expect(parse('CALL QPE/QDSync syncStart()')).toMatchObject({ call: { args: null } });
  });

  it.each([
    'CALL',
    'CALL QPE/X',
    'CALL QPE/X noParentheses',
    'CALL QPE/X f(int)',
    'CALL QPE/X f(int) twelve',
    'CALL QPE/X f(int) 2147483648',
    'CALL QPE/X f(int) 1 2',
    'CALL QPE/X f(QByteArray) x',
  ])('%s is malformed', (line) => {
    expect(parse(line).kind).toBe('malformed');
  });

  it('escapes swap LF and CR, as both sides do', () => {
    expect(escapeArgument('&\n\r ')).toBe('&amp;&0x0d;&0x0a;&0x20;');
    expect(unescapeArgument('&amp;0x20;')).toBe('&0x20;');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeArgument(text);
        expect(escaped).not.toMatch(/[ \n\r]/);
        expect(unescapeArgument(escaped)).toBe(text);
      }),
    );
  });
});

describe('helper lines', () => {
  const helpers: readonly (readonly [string, HelperLine])[] = [
    ['HELPER_INIT 30000 1 0', { kind: 'init', timeoutMs: 30_000, ack: true, send200: false }],
    ['HELPER_INIT 0 0 1', { kind: 'init', timeoutMs: 0, ack: false, send200: true }],
    ['HELPER_PING', { kind: 'ping' }],
    ['HELPER_ACK', { kind: 'ack' }],
    ['HELPER_QUIT', { kind: 'quit' }],
  ];
  it.each(helpers)('%s', (text, helper) => {
    expect(formatHelper(helper)).toBe(text);
    expect(parseHelper(text)).toEqual(helper);
    expect(parse(text)).toEqual({ kind: 'helper', helper });
  });

  it('ack is off and 200s are on unless told', () => {
    expect(parseHelper('HELPER_INIT 5000')).toEqual({
      kind: 'init',
      timeoutMs: 5000,
      ack: false,
      send200: true,
    });
  });

  it.each(['HELPER_INIT', 'HELPER_INIT x 0 0', 'HELPER_INIT -1', 'HELPER_INIT 1 0 0 0', 'HELPER_PONG'])(
    '%s is none',
    (text) => {
      expect(parse(text).kind).toBe('unknown');
    },
  );
});

it('no line makes the parser throw', () => {
  const word = fc.constantFrom(
    'CALLB',
    'CALL',
    'USER',
    'HELPER_INIT',
    '220',
    '599',
    'QUIT',
    'f(int)',
    '1',
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ unit: 'binary' }))), (tokens) => {
      expect(typeof parse(tokens.join(' ')).kind).toBe('string');
    }),
  );
});
