import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordHash, stableJson } from './hash.ts';

describe('the hash of a record', () => {
  it('is the SHA-256 of its stable JSON', () => {
    const fields = { b: 'é', a: ['1', '2'], c: { y: '"', x: '' } };
    const json = '{"a":["1","2"],"b":"é","c":{"x":"","y":"\\""}}';
    expect(stableJson(fields)).toBe(json);
    expect(recordHash(fields)).toBe(createHash('sha256').update(json).digest('hex'));
  });

  it('does not depend on the order in which fields came', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(recordHash(reversed)).toBe(recordHash(fields));
        expect(JSON.parse(stableJson(fields))).toEqual({ ...fields });
      }),
    );
  });
});
