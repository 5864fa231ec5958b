import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeKey, IdCodec, mailboxKeyBytes } from './ids.ts';

const codec = new IdCodec(randomBytes(mailboxKeyBytes));
const stranger = new IdCodec(randomBytes(mailboxKeyBytes));
const number = fc.nat({ max: 2 ** 31 });

describe('ids', () => {
  it('come back from their text', () => {
    fc.assert(
      fc.property(number, number, (item, place) => {
        expect(codec.readItem(codec.plain(item, place))).toEqual({ kind: 'plain', item, place });
        expect(codec.readItem(codec.immutable(item))).toEqual({ kind: 'immutable', item });
        expect(codec.readFolder(codec.folder(item))).toBe(item);
      }),
    );
  });

  it('have Graph’s lengths and alphabet', () => {
    fc.assert(
      fc.property(number, number, (item, place) => {
        expect(codec.plain(item, place)).toMatch(/^[\w-]{151}=$/);
        expect(codec.immutable(item)).toMatch(/^[\w-]{151}=$/);
        expect(codec.folder(item)).toMatch(/^[\w-]{119}=$/);
      }),
    );
  });

  it('are unknown to another mailbox', () => {
    expect(stranger.readItem(codec.plain(1, 1))).toBe('unknown');
    expect(stranger.readFolder(codec.folder(1))).toBe('unknown');
  });

  it('are malformed when they are anything else', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(codec.readItem(text)).toBe('malformed');
        expect(codec.readFolder(text)).toBe('malformed');
      }),
    );
    expect(codec.readItem(codec.folder(1))).toBe('malformed');
    expect(codec.readItem(codec.plain(1, 1).toLowerCase())).not.toMatchObject({ item: 1, place: 1 });
  });
});

it('change keys differ by version', () => {
  expect(changeKey(1)).toMatch(/^[\w+/]{16}$/);
  expect(changeKey(1)).not.toBe(changeKey(2));
});
