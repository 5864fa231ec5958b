import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanBase64, decodeBase64, encodeBase64 } from './base64.ts';

describe('base64', () => {
  it('is what Node makes of the same bytes, and comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it('is cleaned as a device reads it: foreign characters are skipped (spec: datasets 3.5)', () => {
    expect(cleanBase64('aGVs\nbG8=')).toBe('aGVsbG8=');
    expect(cleanBase64(' a-G*Vs bG8 ')).toBe('aGVsbG8=');
    expect(cleanBase64('aGVsbG8')).toBe('aGVsbG8=');
    expect(new TextDecoder().decode(decodeBase64('a-G*Vs bG8'))).toBe('hello');
  });

  it('is nothing where less than a byte is left', () => {
    expect(cleanBase64('')).toBeUndefined();
    expect(cleanBase64('<!>')).toBeUndefined();
    expect(cleanBase64('A')).toBeUndefined();
    expect(decodeBase64('A')).toEqual(new Uint8Array(0));
  });

  it('is clean once it was cleaned', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const clean = cleanBase64(text);
        if (clean !== undefined) expect(cleanBase64(clean)).toBe(clean);
      }),
    );
  });
});
