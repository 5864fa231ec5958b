import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValueReader, ValueWriter, bytesSize, codec, stringSize, type ValueType } from './values.ts';

interface Primitive {
  readonly type: ValueType;
  readonly name: string;
  readonly hex: string;
  readonly value: string | number | boolean | null;
  readonly decodeOnly?: boolean;
}

const url = new URL('../test/fixtures/vectors/primitives.json', import.meta.url);
const { primitives } = JSON.parse(readFileSync(url, 'utf8')) as { primitives: readonly Primitive[] };

function read(type: ValueType, reader: ValueReader): unknown {
  switch (type) {
    case 'int':
      return reader.int();
    case 'bool':
      return reader.bool();
    case 'QString':
      return reader.string();
    case 'QByteArray':
      return reader.bytes();
    case 'QDateTime':
      return reader.dateTime();
  }
}

function meaning({ type, value }: Primitive): unknown {
  if (value === null) return null;
  if (type === 'QDateTime') return Date.parse(String(value).replace(/Z?$/, 'Z'));
  if (type !== 'QByteArray') return value;
  const text = String(value);
  return text.startsWith('hex:') ? Buffer.from(text.slice(4), 'hex') : Buffer.from(text, 'utf8');
}

function write({ type }: Primitive, value: unknown): string {
  if (type === 'QString') {
    const writer = new ValueWriter(stringSize(value as string | null));
    writer.string(value as string | null);
    return writer.buffer.toString('hex');
  }
  if (type === 'QByteArray') {
    const writer = new ValueWriter(bytesSize(value as Buffer | null));
    writer.bytes(value as Buffer | null);
    return writer.buffer.toString('hex');
  }
  const writer = new ValueWriter(codec(type).size(value as never));
  codec(type).write(writer, value as never);
  return writer.buffer.toString('hex');
}

describe('values written by a real Qt', () => {
  it.each(primitives.map((primitive) => [`${primitive.type} ${primitive.name}`, primitive] as const))(
    '%s',
    (_name, primitive) => {
      const reader = new ValueReader(Buffer.from(primitive.hex, 'hex'));
      expect(read(primitive.type, reader)).toEqual(meaning(primitive));
      expect(reader.end()).toEqual({ ok: true, value: undefined });
      if (primitive.decodeOnly === true) return;
      // Our date-times always say UTC.
      const expected =
        primitive.type === 'QDateTime' && primitive.value !== null
          ? `${primitive.hex.slice(0, 16)}02`
          : primitive.hex;
      expect(write(primitive, meaning(primitive))).toBe(expected);
    },
  );
});

describe('any value comes back', () => {
  const anyValue: Readonly<Record<ValueType, fc.Arbitrary<unknown>>> = {
    int: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    bool: fc.boolean(),
    // Lone surrogates included: Qt strings may hold them.
    QString: fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    QByteArray: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    QDateTime: fc.option(fc.integer({ min: Date.UTC(-4000, 0), max: Date.UTC(9999, 0) }), { nil: null }),
  };
  it.each(Object.keys(anyValue) as ValueType[])('%s', (type) => {
    fc.assert(
      fc.property(anyValue[type], (value) => {
        const writer = new ValueWriter(codec(type).size(value as never));
        codec(type).write(writer, value as never);
        const reader = new ValueReader(writer.buffer);
        expect(codec(type).read(reader)).toEqual(value);
        expect(reader.end().ok).toBe(true);
      }),
    );
  });
});

describe('bad values', () => {
  const cases: readonly (readonly [string, ValueType, string])[] = [
    ['an int of three bytes', 'int', '000000'],
    ['a bool of no bytes', 'bool', ''],
    ['a QString longer than the input', 'QString', '7fffffff0061'],
    ['a QString of an odd length', 'QString', '00000003006100'],
    ['a QString without a whole length', 'QString', '0000'],
    ['a QByteArray longer than the input', 'QByteArray', 'fffffffe00'],
    ['a QDateTime beyond its day', 'QDateTime', '00257579fffffff002'],
    ['left-over bytes', 'int', '0000000100'],
  ];
  it.each(cases)('%s', (_name, type, hex) => {
    const reader = new ValueReader(Buffer.from(hex, 'hex'));
    read(type, reader);
    expect(reader.end()).toMatchObject({ ok: false, problem: { kind: 'bad-value' } });
  });

  it('the first problem sticks', () => {
    const reader = new ValueReader(Buffer.from('00000009', 'hex'));
    expect(reader.string()).toBeNull();
    expect(reader.int()).toBe(0);
    const end = reader.end();
    expect(!end.ok && end.problem.detail).toMatch(/QString needs 9 bytes|not whole/);
  });

  it('no bytes make a reader throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.array(fc.constantFrom<ValueType>('int', 'bool', 'QString', 'QByteArray', 'QDateTime')),
        (bytes, types) => {
          const reader = new ValueReader(bytes);
          for (const type of types) read(type, reader);
          expect(typeof reader.end().ok).toBe('boolean');
        },
      ),
    );
  });
});
