import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stableJson } from './stable-json.ts';

describe('stable JSON', () => {
  it('has the names of every object in order, and lists as they are', () => {
    const fields = { b: 'é', a: ['2', '1'], c: { y: '"', x: '' } };
    expect(stableJson(fields)).toBe('{"a":["2","1"],"b":"é","c":{"x":"","y":"\\""}}');
  });

  it('does not depend on the order in which fields came', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(stableJson(reversed)).toBe(stableJson(fields));
        expect(JSON.parse(stableJson(fields))).toEqual({ ...fields });
      }),
    );
  });
});
