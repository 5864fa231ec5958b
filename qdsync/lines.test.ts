import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './lines.ts';

const MiB = 1024 * 1024;

function texts(lines: readonly Buffer[]): string[] {
  return lines.map((line) => line.toString('latin1'));
}

describe('cutting lines', () => {
  it('ends lines at LF, drops a CR before it, trims blanks and drops empty lines', () => {
    const { lines } = new LineSplitter().push(Buffer.from('  a b \t\r\n\r\n\n \nUSER root\nrest'));
    expect(texts(lines)).toEqual(['a b', 'USER root']);
  });

  it('gives the same lines wherever the stream is cut', () => {
    const line = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (parts, sizes) => {
          const stream = Buffer.from(`${parts.join('\n')}\n`, 'latin1');
          const splitter = new LineSplitter();
          const lines: Buffer[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const size = sizes[turn % sizes.length]!;
            lines.push(...splitter.push(stream.subarray(at, at + size)).lines);
            at += size;
          }
          const expected = parts
            .flatMap((part) => part.split('\n'))
            .map((text) => text.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, ''))
            .filter((text) => text !== '');
          expect(texts(lines)).toEqual(expected);
          expect(splitter.pending).toBe(0);
        },
      ),
    );
  });

  it('keeps lines apart that were held across chunks', () => {
    const splitter = new LineSplitter();
    splitter.push(Buffer.from('fir'));
    const [first] = splitter.push(Buffer.from('st\nsec')).lines;
    const [second] = splitter.push(Buffer.from('ond\n')).lines;
    expect(texts([first!, second!])).toEqual(['first', 'second']);
  });

  it('passes NULs and invalid UTF-8 through as bytes', () => {
    const bytes = Buffer.from([0x00, 0xff, 0xc3, 0x28, 0x00, 0x0a]);
    expect(new LineSplitter().push(bytes).lines[0]).toEqual(bytes.subarray(0, 5));
  });
});

describe('hostile streams', () => {
  it('a line of exactly the limit passes, one byte more ends the stream after the lines before it', () => {
    expect(new LineSplitter(5).push(Buffer.from('12345\n')).lines.length).toBe(1);
    const splitter = new LineSplitter(5);
    const { lines, problem } = splitter.push(Buffer.from('ok\n123456\nlater\n'));
    expect(texts(lines)).toEqual(['ok']);
    expect(problem).toMatchObject({ kind: 'line-too-long', detail: 'the limit is 5 bytes' });
    expect(splitter.push(Buffer.from('more\n'))).toMatchObject({ lines: [], problem });
  });

  it('64 MiB without a line end are refused at the limit, holding no more than the limit', () => {
    const splitter = new LineSplitter(16 * MiB);
    const chunk = Buffer.alloc(65_536, 'x');
    let accepted = 0;
    for (let sent = 0; sent < 64 * MiB; sent += chunk.length) {
      if (splitter.push(chunk).problem !== undefined) break;
      accepted += chunk.length;
    }
    expect(accepted).toBe(16 * MiB);
    expect(splitter.pending).toBe(0);
  });

  it('a million empty lines leave nothing behind', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(50_000, '\n');
    for (let sent = 0; sent < 1_000_000; sent += chunk.length) {
      expect(splitter.push(chunk).lines.length).toBe(0);
    }
    expect(splitter.pending).toBe(0);
  });

  it('a 3 MB line that comes byte by byte is one line', () => {
    const splitter = new LineSplitter();
    const byte = Buffer.from('x');
    for (let sent = 0; sent < 3_000_000; sent += 1) splitter.push(byte);
    expect(splitter.pending).toBe(3_000_000);
    expect(splitter.push(Buffer.from('\n')).lines[0]!.length).toBe(3_000_000);
  });
});
