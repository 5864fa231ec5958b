/** The extension "deflate": segments and frames in place of lines (docs/protocol-extensions.md). */
import { constants, createDeflateRaw, createInflateRaw, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inbound } from '../inbound.ts';
import { forwardMessage } from '../messages.ts';
import { Outbound } from '../outbound.ts';
import { encodeFrame } from './frames.ts';
import { MAX_CONTENT_BYTES, SegmentReader, SegmentWriter } from './segments.ts';

const MARK = 0xd5;

/** A segment around a body. */
function segment(body: Uint8Array, length = body.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(length);
  head[0] = MARK;
  return Buffer.concat([head, body]);
}

function deflated(content: Buffer): Buffer {
  return deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** All that a reader makes of a stream that comes in pieces of these sizes. */
function readAll(reader: SegmentReader, stream: Buffer, sizes: readonly number[] = [stream.length]): Buffer {
  const content: Buffer[] = [];
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    content.push(...reader.push(stream.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(content);
}

const record = forwardMessage({
  name: 'createClientRecordAt',
  record: Buffer.from(
    '<Contact><Identifier>7</Identifier><FirstName>Åse \u{1f600}</FirstName></Contact> \r\n',
  ),
  changedAt: 1_763_900_000_123,
});

describe('a deflated stream', () => {
  it('a line that is said again, before and after the switch, is said in the way of its time', () => {
    const outbound = new Outbound();
    const before = [outbound.line('200 Command okay'), outbound.line('200 Command okay')];
    expect(Buffer.concat(before).toString()).toBe('200 Command okay\n200 Command okay\n');
    outbound.deflate(0);
    const frame = encodeFrame(Buffer.from('200 Command okay'));
    expect([outbound.line('200 Command okay'), outbound.line('200 Command okay')]).toEqual([frame, frame]);
  });

  it('says the same wherever it is cut, before, at and after the switch', () => {
    const text = fc
      .string({ minLength: 1, maxLength: 60 })
      .map((line) => `USER x${line.replace(/\s/g, '_')}`);
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 5 }),
        fc.array(fc.array(text, { maxLength: 5 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (before, after, sizes) => {
          const outbound = new Outbound();
          const plain = Buffer.concat([...before, 'EXTEND deflate'].map((line) => outbound.line(line)));
          outbound.deflate(plain.length);
          const pieces = after.map((lines) =>
            Buffer.concat([...lines.map((line) => outbound.line(line)), outbound.call(record)]),
          );
          const stream = Buffer.concat([
            outbound.seal(Buffer.concat([plain, pieces[0]!])),
            ...pieces.slice(1).map((piece) => outbound.seal(piece)),
          ]);
          const inbound = new Inbound();
          const heard: string[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length]!;
            for (const { line, text: asText } of inbound.push(stream.subarray(at, at + size))) {
              heard.push(Buffer.from(asText(), 'latin1').toString('utf8'));
              if (line.kind === 'extend') inbound.deflate();
              if (line.kind === 'call') expect(line.call).toEqual(record);
            }
            at += size;
          }
          expect(inbound.problem).toBeUndefined();
          expect(inbound.pending).toBe(0);
          expect(heard.filter((line) => !line.startsWith('CALLB '))).toEqual([
            ...before,
            'EXTEND deflate',
            ...after.flat(),
          ]);
          expect(heard.filter((line) => line.startsWith('CALLB '))).toHaveLength(after.length);
        },
      ),
    );
  });

  it('arguments stay as they are, whatever bytes they end in', () => {
    const outbound = new Outbound();
    outbound.deflate(0);
    const inbound = new Inbound();
    inbound.deflate();
    const args = Buffer.from([0x20, 0x0a, 0x0d, 0x20, 0x09]);
    for (const call of [
      { channel: 'a', signature: 'b()', args },
      { channel: 'a', signature: 'b()', args: null },
      { channel: 'a', signature: 'b()', args: Buffer.alloc(0) },
    ]) {
      const [received] = [...inbound.push(outbound.seal(outbound.call(call)))];
      expect(received?.line).toEqual({ kind: 'call', call });
    }
  });

  it('is one raw deflate stream: a stream of zlib is read, and what is written is read by one', async () => {
    const contents = Array.from({ length: 40 }, (_, index) =>
      encodeFrame(Buffer.from(`PING ${index}`.repeat(500))),
    );
    const deflater = createDeflateRaw({ level: 9 });
    const reader = new SegmentReader();
    const read: Buffer[] = [];
    for (const content of contents) {
      deflater.write(content);
      await new Promise<void>((flushed) => deflater.flush(constants.Z_SYNC_FLUSH, () => flushed()));
      read.push(...reader.push(segment(deflater.read() as Buffer)));
    }
    expect(Buffer.concat(read).equals(Buffer.concat(contents))).toBe(true);

    const writer = new SegmentWriter();
    const inflater = createInflateRaw();
    const inflated: Buffer[] = [];
    inflater.on('data', (bytes: Buffer) => inflated.push(bytes));
    for (const content of contents) {
      const stream = writer.write(content);
      for (let at = 0; at < stream.length;) {
        const length = stream.readUIntBE(at + 1, 3);
        await new Promise<void>((done) =>
          inflater.write(stream.subarray(at + 4, at + 4 + length), () => done()),
        );
        at += 4 + length;
      }
    }
    expect(Buffer.concat(inflated).equals(Buffer.concat(contents))).toBe(true);
  });

  it('refers to what went before: a record like the last one costs little', () => {
    const writer = new SegmentWriter();
    const content = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 7919) % 251));
    expect(writer.write(content).length).toBeGreaterThan(250);
    expect(writer.write(content).length).toBeLessThan(30);
  });

  it('splits what is more than a segment may hold', () => {
    const content = Buffer.from(
      Array.from({ length: MAX_CONTENT_BYTES * 2 + 5 }, (_, at) => (at * at) % 251),
    );
    expect(readAll(new SegmentReader(), new SegmentWriter().write(content), [999]).equals(content)).toBe(
      true,
    );
  });
});

describe('a hostile stream', () => {
  const problemOf = (stream: Buffer): string | undefined => {
    const reader = new SegmentReader();
    readAll(reader, stream);
    expect(reader.problem?.kind ?? 'bad-stream').toBe('bad-stream');
    return reader.problem?.detail;
  };

  it.each([
    ['plain lines', Buffer.from('HELPER_INIT 0 0 1\n')],
    ['the greeting of a device that began anew', Buffer.from('220 Qtopia 4.4.3;challenge={x}\n')],
    ['an empty segment', segment(Buffer.alloc(0))],
    ['a segment that is too long', segment(Buffer.alloc(9), MAX_CONTENT_BYTES * 2)],
    ['bytes that are not deflated', segment(Buffer.from('7777777777777777777'))],
    [
      'a reference to before the beginning',
      segment(deflateRawSync('abcabc', { dictionary: Buffer.from('abcabc') })),
    ],
  ])('%s end it', (_what, stream) => {
    expect(problemOf(stream)).toBeDefined();
  });

  it('a bomb is refused before it has grown beyond a segment', () => {
    const bomb = deflated(Buffer.alloc(40 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(MAX_CONTENT_BYTES);
    expect(problemOf(segment(bomb))).toMatch(/larger than|too large|Cannot create/i);
    expect(problemOf(segment(deflated(Buffer.alloc(MAX_CONTENT_BYTES))))).toBeUndefined();
    expect(problemOf(segment(deflated(Buffer.alloc(MAX_CONTENT_BYTES + 1))))).toBeDefined();
  });

  it('nothing is read after a problem', () => {
    const reader = new SegmentReader();
    expect(readAll(reader, Buffer.from('x'))).toHaveLength(0);
    expect(readAll(reader, segment(deflated(Buffer.from('late'))))).toHaveLength(0);
  });

  it('a frame over the limit, and one that is empty, end it after the frames before them', () => {
    for (const [frame, kind] of [
      [encodeFrame(Buffer.alloc(101)), 'line-too-long'],
      [Buffer.from([0xff, 0xff, 0xff, 0xff]), 'line-too-long'],
      [encodeFrame(Buffer.alloc(0)), 'bad-stream'],
    ] as const) {
      const inbound = new Inbound(100);
      inbound.deflate();
      const content = Buffer.concat([
        encodeFrame(Buffer.from('QUIT')),
        frame,
        encodeFrame(Buffer.from('QUIT')),
      ]);
      expect([...inbound.push(new SegmentWriter().write(content))]).toHaveLength(1);
      expect(inbound.problem?.kind).toBe(kind);
    }
  });

  it('any bytes at all are read to a result', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), fc.boolean(), (chunks, framed) => {
        const inbound = new Inbound(1000);
        inbound.deflate();
        for (const chunk of chunks) {
          const bytes = framed ? segment(deflated(Buffer.from(chunk))) : Buffer.from(chunk);
          for (const { text } of inbound.push(bytes)) text();
        }
        expect(inbound.pending).toBeLessThanOrEqual(1000 + MAX_CONTENT_BYTES);
      }),
    );
  });
});
