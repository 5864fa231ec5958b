import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NUMBER, formatId, parseId } from './record-id.ts';

const STORAGE = '{3c0f1a52-7d1e-4b8e-9a64-51d0c2b7e0a1}';

describe('record ids', () => {
  it('look as those of a device: storage and number', () => {
    expect(formatId(STORAGE, 17)).toBe('{3c0f1a52-7d1e-4b8e-9a64-51d0c2b7e0a1}:17');
  });

  it('are read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_NUMBER }), (number) => {
        expect(parseId(STORAGE, formatId(STORAGE, number))).toBe(number);
      }),
    );
  });

  it('have one spelling only: any text that is an id is the id of its number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9+. -]{0,9}$/)), (tail) => {
        const number = parseId(STORAGE, `${STORAGE}:${tail}`);
        if (number !== undefined) expect(tail).toBe(String(number));
      }),
    );
  });

  it.each([
    '',
    '17',
    '../../x',
    '{00000000-0000-0000-0000-000000000000}:0',
    `${STORAGE}:0`,
    `${STORAGE}:99999999`,
  ])('nothing else is one: %s', (text) => expect(parseId(STORAGE, text)).toBeUndefined());
});
