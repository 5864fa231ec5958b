import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLine } from './lines.ts';
import { NO_BYTES } from './values.ts';
import {
  FORWARDED_MESSAGE,
  LineSplitter,
  Outbound,
  decodeForDesktop,
  decodeForDevice,
  describeMessage,
  encodeMessage,
  encodeMessageLine,
  forwardMessage,
  isChannelOf,
  isForwarded,
  messages,
  parseLine,
  readForDesktop,
  readForDevice,
  signatureOf,
  unwrapForwarded,
  type Message,
  type MessageName,
  type Receiver,
} from './index.ts';

interface Vector {
  readonly channel: string;
  readonly message: string;
  readonly args: readonly (string | number | { readonly spec: string; readonly value: string | null })[];
  readonly argsHex: string;
  readonly argsIsNull: boolean;
  readonly line: string;
  readonly payloadHex: string;
}

function vectors(file: string): readonly Vector[] {
  const url = new URL(`../test/fixtures/vectors/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { messages: Vector[] }).messages;
}

/** The message that a vector describes, built from its table entry. */
function messageOf(vector: Vector): Message {
  const name = vector.message.replace(/\(.*/, '') as MessageName;
  const keys = Object.keys(messages[name].args);
  expect(keys.length).toBe(vector.args.length);
  const values = vector.args.map((arg, index) => {
    if (typeof arg === 'object') {
      if (arg.value === null) return null;
      return Date.parse(arg.value.endsWith('Z') ? arg.value : `${arg.value}Z`);
    }
    const type = Object.values(messages[name].args)[index] as string;
    return type === 'QByteArray' ? Buffer.from(arg as string, 'utf8') : arg;
  });
  return { name, ...Object.fromEntries(keys.map((key, index) => [key, values[index]])) } as Message;
}

/** What the original writes with a local spec byte we write as UTC. */
function withUtcSpec(vector: Vector): string {
  if (!vector.message.includes('QDateTime')) return vector.argsHex;
  return vector.argsHex.replace(/.{18}/g, (value) =>
    value.startsWith('00000000') ? value : `${value.slice(0, 16)}02`,
  );
}

const files: readonly (readonly [string, Receiver])[] = [
  ['desktop-to-device.json', 'device'],
  ['device-to-desktop.json', 'desktop'],
];

describe.each(files)('%s', (file, to) => {
  const decode = to === 'device' ? decodeForDevice : decodeForDesktop;

  it.each(vectors(file).map((vector) => [vector.message, vector] as const))('%s', (_name, vector) => {
    const expected = messageOf(vector);

    const [line] = new LineSplitter().push(Buffer.from(vector.line)).lines;
    const parsed = parseLine(line!);
    if (parsed.kind !== 'call') throw new Error(`read as ${parsed.kind}`);
    expect(isForwarded(to, parsed.call)).toBe(true);
    expect(Buffer.from(parsed.call.args!).toString('hex')).toBe(vector.payloadHex);
    const call = unwrapForwarded(parsed.call);
    if (!call.ok) throw new Error(call.problem.detail);
    expect(call.value.channel).toBe(vector.channel);
    expect(call.value.signature).toBe(vector.message);
    expect(call.value.args === null).toBe(vector.argsIsNull);
    expect(decode(call.value)).toEqual({ ok: true, value: expected });

    const encoded = encodeMessage(expected);
    expect(encoded.channel).toBe(vector.channel);
    expect(encoded.signature).toBe(vector.message);
    expect(encoded.args === null).toBe(vector.argsIsNull);
    expect(Buffer.from(encoded.args ?? []).toString('hex')).toBe(withUtcSpec(vector));
    if (withUtcSpec(vector) === vector.argsHex) {
      expect(encodeMessageLine(expected).toString('utf8')).toBe(vector.line);
    }
  });
});

describe('decoding messages', () => {
  it('names an unknown message and its channel, shortened', () => {
    const call = { channel: 'QD/Qtopia4Sync', signature: `futureMessage(${'x'.repeat(500)})`, args: null };
    const decoded = decodeForDesktop(call);
    expect(decoded).toMatchObject({ ok: false, problem: { kind: 'unknown-message' } });
    if (!decoded.ok) expect(decoded.problem.detail.length).toBeLessThan(200);
  });

  it('does not take a message that is meant for the other side', () => {
    const call = encodeMessage({ name: 'serverEnd' });
    expect(decodeForDesktop(call)).toMatchObject({ ok: false, problem: { kind: 'unknown-message' } });
  });

  it('tells arguments that are too short or too long', () => {
    const call = encodeMessage({ name: 'mappedId', serverId: 'a', clientId: 'b' });
    for (const args of [call.args!.subarray(0, 7), Buffer.concat([call.args!, Buffer.from([0])]), null]) {
      expect(decodeForDesktop({ ...call, args })).toMatchObject({
        ok: false,
        problem: { kind: 'bad-message' },
      });
    }
  });

  it('accepts empty arguments where null ones are usual', () => {
    const call = encodeMessage({ name: 'clientEnd' });
    expect(decodeForDesktop({ ...call, args: Buffer.alloc(0) })).toEqual({
      ok: true,
      value: { name: 'clientEnd' },
    });
  });

  it('reads a null server id as an empty one', () => {
    const args = Buffer.from('ffffffff000000020061', 'hex');
    expect(decodeForDesktop({ channel: 'QD/Qtopia4Sync', signature: signatureOf('mappedId'), args })).toEqual(
      {
        ok: true,
        value: { name: 'mappedId', serverId: '', clientId: 'a' },
      },
    );
  });

  it('knows which channels a side listens on', () => {
    expect(isChannelOf('desktop', 'QD/Server')).toBe(true);
    expect(isChannelOf('desktop', 'QPE/QDSync')).toBe(false);
  });

  it('gives back any record and any ids', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string({ unit: 'binary' }), (record, id) => {
        for (const message of [
          { name: 'createServerRecord', record: Buffer.from(record) },
          { name: 'removeServerRecord', clientId: id },
        ] as const) {
          const line = parseLine(new LineSplitter().push(encodeMessageLine(message)).lines[0]!);
          if (line.kind !== 'call') throw new Error(line.kind);
          const call = unwrapForwarded(line.call);
          if (!call.ok) throw new Error(call.problem.detail);
          expect(decodeForDevice(call.value)).toEqual({ ok: true, value: message });
        }
      }),
    );
  });

  it('as a frame, written and read in one go, is what its call is', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant('é'.repeat(128)));
    const time = fc.option(fc.integer({ min: 0, max: 4e12 }));
    const message = fc.oneof<fc.Arbitrary<Message>[]>(
      fc.record({
        name: fc.constant('createServerRecord'),
        record: fc.uint8Array().map((b) => Buffer.from(b)),
      }),
      fc.record({ name: fc.constant('mappedId'), serverId: text, clientId: text }),
      fc.record({ name: fc.constant('removeClientRecordAt'), clientId: text, changedAt: time }),
      fc.record({ name: fc.constantFrom('serverEnd', 'clientEnd') }),
    );
    fc.assert(
      fc.property(message, (said) => {
        const outbound = new Outbound();
        outbound.deflate(0);
        const call = forwardMessage(said);
        expect(outbound.message(said)).toEqual(outbound.call(call));
        expect([readForDevice(call), readForDesktop(call)].filter((read) => read !== undefined)).toEqual([
          said,
        ]);
      }),
    );
  });

  it('whatever is wrong with a forwarded message, what is read in one go is what is read step by step', () => {
    const whole = forwardMessage({ name: 'mappedId', serverId: 'outlook-7', clientId: '7' }).args ?? NO_BYTES;
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat({ max: whole.length }).map((end) => whole.slice(0, end)),
      fc
        .tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }))
        .map(([at, byte]) => whole.with(at, byte)),
    );
    fc.assert(
      fc.property(broken, fc.uint8Array({ maxLength: 5 }), (args, more) => {
        const bytes = Buffer.concat([args, more]);
        const call = { channel: 'QD/QDSync', signature: FORWARDED_MESSAGE, args: bytes };
        const read = readForDesktop(call);
        const inner = unwrapForwarded(call);
        const message = inner.ok ? decodeForDesktop(inner.value) : inner;
        if (read !== undefined) expect(message).toEqual({ ok: true, value: read });
        expect(readForDevice(call)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(messages)),
        fc.uint8Array({ maxLength: 60 }),
        (name, args) => {
          const signature = signatureOf(name as MessageName);
          const channel = messages[name as MessageName].channel;
          decodeForDesktop({ channel, signature, args });
          decodeForDevice({ channel, signature, args });
          const unwrapped = unwrapForwarded({ channel, signature, args });
          expect(typeof unwrapped.ok).toBe('boolean');
        },
      ),
    );
  });
});

describe('describing messages for logs', () => {
  it('shows names and small values, records only by size', () => {
    expect(describeMessage({ name: 'clientVersion', major: 4, minor: 3, patch: 0 })).toBe(
      'clientVersion(4, 3, 0)',
    );
    expect(describeMessage({ name: 'createServerRecord', record: Buffer.from('<Contact/>') })).toBe(
      'createServerRecord(<10 bytes>)',
    );
    expect(describeMessage({ name: 'removeServerRecord', clientId: 'x'.repeat(1000) }).length).toBeLessThan(
      150,
    );
  });
});

it('a 3 MB record goes through', () => {
  const record = Buffer.alloc(3_000_000, 'é');
  const line = parseLine(
    new LineSplitter().push(encodeMessageLine({ name: 'createServerRecord', record })).lines[0]!,
  );
  if (line.kind !== 'call') throw new Error(line.kind);
  const call = unwrapForwarded(line.call);
  if (!call.ok) throw new Error(call.problem.detail);
  const decoded = decodeForDevice(call.value);
  expect(
    decoded.ok && decoded.value.name === 'createServerRecord' && record.equals(decoded.value.record),
  ).toBe(true);
  expect(encodeLine('QUIT').toString()).toBe('QUIT\n');
});
