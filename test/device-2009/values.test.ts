/** The codec against bytes that a real Qt wrote (spec: qdsync protocol 3). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unwrap } from './desktop-script.ts';
import { decodeArguments, encodeArguments, type Argument } from './values.ts';

interface Primitive {
  readonly type: string;
  readonly name: string;
  readonly hex: string;
  readonly value: string | number | boolean | null;
}

interface Message {
  readonly channel: string;
  readonly message: string;
  readonly line: string;
  readonly argsHex: string;
  readonly argsIsNull: boolean;
}

function vectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/vectors/${name}.json`, import.meta.url), 'utf8'));
}

const { primitives } = vectors('primitives') as { primitives: readonly Primitive[] };
const { messages } = vectors('device-to-desktop') as { messages: readonly Message[] };

function meaning({ type, value }: Primitive): Argument {
  if (value === null) return null;
  if (type === 'QDateTime') return new Date(`${String(value).replace(/Z$/, '')}Z`);
  if (type !== 'QByteArray') return value;
  const text = String(value);
  return text.startsWith('hex:') ? Buffer.from(text.slice(4), 'hex') : Buffer.from(text);
}

describe('values', () => {
  it.each(primitives)('reads the $type "$name"', (primitive) => {
    const bytes = Buffer.from(primitive.hex, 'hex');
    expect(decodeArguments(`x(${primitive.type})`, bytes)).toEqual([meaning(primitive)]);
  });

  it.each(primitives.filter(({ type, hex }) => type !== 'QDateTime' || hex.endsWith('ff')))(
    'writes the $type "$name"',
    (primitive) => {
      expect(encodeArguments(`x(${primitive.type})`, [meaning(primitive)])?.toString('hex')).toBe(
        primitive.hex,
      );
    },
  );

  it.each(messages)(
    'reads and writes the arguments of $message',
    ({ message, line, channel, argsHex, argsIsNull }) => {
      const read = unwrap(line.trimEnd());
      expect(read).toMatchObject({ channel, message });
      const bytes = encodeArguments(message, read?.args ?? []);
      expect(bytes?.toString('hex') ?? '').toBe(argsHex);
      expect(bytes === null).toBe(argsIsNull);
    },
  );

  it.each([
    ['cut short', 'x(QString)', '00000004'],
    ['too long', 'x(int)', '0000000100'],
    ['odd', 'x(QString)', '00000001ff'],
    ['of an unknown type', 'x(QColor)', ''],
  ])('does not read what is %s', (_, message, hex) => {
    expect(decodeArguments(message, Buffer.from(hex, 'hex'))).toBeUndefined();
  });
});
