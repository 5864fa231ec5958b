import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

it('finds the same lines however the bytes are chunked', () => {
  const text = fc.stringMatching(/^[ab\r\n]{0,80}$/);
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (whole, sizes) => {
      const splitter = new LineSplitter(1_000);
      const lines: string[] = [];
      for (let at = 0, turn = 0; at < whole.length; turn += 1) {
        const size = sizes[turn % sizes.length]!;
        lines.push(...splitter.push(Buffer.from(whole.slice(at, at + size))).lines.map(String));
        at += size;
      }
      expect(lines).toEqual(whole.split('\n').slice(0, -1));
    }),
  );
});

it('tells of a line over the limit, not of many short ones', () => {
  const splitter = new LineSplitter(4);
  expect(splitter.push(Buffer.from('1234\n1234\n1234')).overflow).toBe(false);
  expect(splitter.push(Buffer.from('5')).overflow).toBe(true);
});
