import { describe, expect, it } from 'vitest';
import type { IdentityKeys } from '../../datasets/index.ts';
import { matchByContent, matchByIdentity, type Unpaired } from './matching.ts';

const record = (id: string, match: string, ident: string | null = null): Unpaired => ({ id, match, ident });

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
    const device = [record('d', '', 'ada')];
    const mailbox = [record('m', '', 'ada')];
    expect(matchByIdentity(device, mailbox, keys({ d: ['1'], m: ['1', '2'] }))).toHaveLength(1);
    expect(matchByIdentity(device, mailbox, keys({ d: ['1'], m: [] }))).toHaveLength(1);
    expect(matchByIdentity(device, mailbox, keys({ d: ['1'], m: ['2'] }))).toEqual([]);
  });

  it('[SYNC-27] does not guess between several candidates, on either side', () => {
    const one = [record('a', '', 'ada')];
    const two = [record('b', '', 'ada'), record('c', '', 'ada')];
    expect(matchByIdentity(one, two, keys({}))).toEqual([]);
    expect(matchByIdentity(two, one, keys({}))).toEqual([]);
  });

  it('R18 stays quick when a hostile device sends thousands of one name', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => record(`${index}`, '', 'ada'));
    let asked = 0;
    const counting = (): undefined => {
      asked += 1;
      return undefined;
    };
    expect(matchByIdentity(many, many, counting)).toEqual([]);
    expect(asked).toBe(0);
  });
});
