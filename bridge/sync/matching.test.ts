import { describe, expect, it } from 'vitest';
import type { IdentityKeys } from '../../datasets/index.ts';
import { matchByContent, matchByIdentity, type Content, type Identity } from './matching.ts';

const record = (id: string, match: string): Content => ({ id, match });
const person = (id: string): Identity => ({ id, ident: 'ada' });

describe('matching by content', () => {
  it('#85 D5 pairs one to one and leaves the surplus', () => {
    const matched = matchByContent([record('d1', 'x'), record('d2', 'x')], [record('m1', 'x')]);
    expect(matched).toEqual([{ device: 'd1', mailbox: 'm1' }]);
  });

  it('is stable: first with first', () => {
    const matched = matchByContent(
      [record('d1', 'x'), record('d2', 'x')],
      [record('m1', 'x'), record('m2', 'x')],
    );
    expect(matched).toEqual([
      { device: 'd1', mailbox: 'm1' },
      { device: 'd2', mailbox: 'm2' },
    ]);
  });
});

describe('matching by identity', () => {
  const keys = (evidence: Readonly<Record<string, readonly string[]>>) => {
    return (_side: string, id: string): IdentityKeys => ({ key: 'ada', evidence: evidence[id] ?? [] });
  };

  it('needs evidence in common, or none on one side', () => {
    const device = [person('d')];
    const mailbox = [person('m')];
    expect(matchByIdentity(device, mailbox, keys({ d: ['1'], m: ['1', '2'] }))).toHaveLength(1);
    expect(matchByIdentity(device, mailbox, keys({ d: ['1'], m: [] }))).toHaveLength(1);
    expect(matchByIdentity(device, mailbox, keys({ d: ['1'], m: ['2'] }))).toEqual([]);
  });

  it('[SYNC-27] does not guess between several candidates, on either side', () => {
    const one = [person('a')];
    const two = [person('b'), person('c')];
    expect(matchByIdentity(one, two, keys({}))).toEqual([]);
    expect(matchByIdentity(two, one, keys({}))).toEqual([]);
  });

  it('R18 stays quick when a hostile device sends thousands of one name', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => person(`${index}`));
    let asked = 0;
    const counting = (): undefined => {
      asked += 1;
      return undefined;
    };
    expect(matchByIdentity(many, many, counting)).toEqual([]);
    expect(asked).toBe(0);
  });
});
