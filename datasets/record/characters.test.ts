import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseFolded, oneLine, simplified, withoutForbidden } from './characters.ts';

/** Texts of what is canonical as it stands, what is not, and what makes one of two characters. */
const arbitraryText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc
    .array(
      fc.constantFrom(
        ...['a', 'B', 'ß', 'İ', 'ǆ', 'й', 'Ж', 'か', 'ガ', '家', '한', '가', ' ', '\t', '\u00a0', '\u00ad'],
        ...[
          '\u0301',
          '\u0307',
          '\u3099',
          '\u11ab',
          '\u0308',
          '\u1112',
          '\u1161',
          'Σ',
          'ά',
          '\u0344',
          '\u0000',
        ],
      ),
      { maxLength: 8 },
    )
    .map((characters) => characters.join('')),
);

describe('the canonical form of a line', () => {
  it('is the text without forbidden characters, trimmed, with single blanks, composed', () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const single = (line: string) => line.trim().replace(/\s+/g, ' ');
        expect(simplified(text)).toBe(single(text));
        expect(oneLine(text)).toBe(single(withoutForbidden(text)).normalize('NFC'));
        expect(caseFolded(text)).toBe(oneLine(text).toLowerCase().normalize('NFC'));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is every letter by itself that counts as canonical', () => {
    for (let code = 0; code < 0xd800; code += 1) {
      const letter = String.fromCharCode(code);
      const composed = withoutForbidden(letter).trim().normalize('NFC');
      if (oneLine(letter) !== composed) expect.fail(code.toString(16));
      if (caseFolded(letter) !== composed.toLowerCase().normalize('NFC')) expect.fail(code.toString(16));
    }
  });
});

it('a line of millions of words is one all the same', () => {
  const words = 'a '.repeat(4_000_000);
  expect([simplified(words), oneLine(words), caseFolded(words)]).toEqual(Array(3).fill(words.trim()));
});
