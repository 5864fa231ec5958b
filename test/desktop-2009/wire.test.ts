import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callLine, parseCallLine, type WireValue } from './wire.ts';

interface Vector {
  readonly channel: string;
  readonly message: string;
  readonly line: string;
  readonly args: readonly (string | number | { readonly value: string | null })[];
}

const load = (name: string): readonly Vector[] => {
  const path = new URL(`../fixtures/vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { messages: Vector[] }).messages;
};

/** The arguments of a vector, typed by its signature. */
const values = ({ message, args }: Vector): WireValue[] => {
  const types = /\((.*)\)/.exec(message)?.[1]?.split(',') ?? [];
  return args.map((arg, index) => {
    if (typeof arg === 'number') return { int: arg };
    if (typeof arg === 'string') {
      return types[index] === 'QByteArray' ? { bytes: Buffer.from(arg) } : { string: arg };
    }
    return { time: arg.value === null ? null : Date.parse(arg.value.replace(/Z?$/, 'Z')) };
  });
};

describe('the wire of the desktop stand-in agrees with the original', () => {
  it.each(load('desktop-to-device').filter(({ args }) => !JSON.stringify(args).includes('LocalTime')))(
    'writes $message',
    (vector) => {
      const { channel, message } = vector;
      expect(callLine({ channel, message, args: values(vector) })).toBe(`${vector.line.trimEnd()}\n`);
    },
  );

  it.each(load('device-to-desktop'))('reads $message', (vector) => {
    const heard = parseCallLine(vector.line.trimEnd());
    expect(heard.channel).toBe(vector.channel);
    expect(heard.message).toBe(vector.message);
    const withoutSpec = heard.args.map((arg) => ('time' in arg ? { time: arg.time } : arg));
    expect(withoutSpec).toEqual(values(vector));
  });
});
