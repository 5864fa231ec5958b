import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { MAX_WAITING, PAIRING_MS, PairingDesk } from './pairing.ts';

let clock: ManualClock;
let issued: string[];
let desk: PairingDesk;
beforeEach(() => {
  clock = new ManualClock();
  issued = [];
  desk = new PairingDesk({
    clock,
    issueKey: (label) => {
      issued.push(label);
      return `key-${issued.length}`;
    },
  });
});

describe('a code', () => {
  test('is easy to read aloud and to type', () => {
    for (let count = 0; count < MAX_WAITING; count += 1) {
      expect(desk.start('pane').code).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4}$/);
    }
  });

  test('is confirmed whatever the case, dashes and blanks', () => {
    const { code, pairing, secret } = desk.start('pane');
    expect(desk.confirm(` ${code.toLowerCase().replace('-', ' ')} `)).toBe('pane');
    expect(desk.claim(pairing, secret)).toEqual({ state: 'confirmed', key: 'key-1' });
    expect(issued).toEqual(['pane']);
  });

  test('works once, and so does the claim', () => {
    const { code, pairing, secret } = desk.start('pane');
    desk.confirm(code);
    expect(() => desk.confirm(code)).toThrow(expect.objectContaining({ code: 'api.pairing' }));
    desk.claim(pairing, secret);
    expect(desk.claim(pairing, secret)).toEqual({ state: 'expired' });
    expect(issued).toHaveLength(1);
  });

  test('ends after five minutes, confirmed or not', async () => {
    const first = desk.start('pane');
    const second = desk.start('pane');
    desk.confirm(second.code);
    await clock.advance(PAIRING_MS);
    expect(() => desk.confirm(first.code)).toThrow(expect.objectContaining({ code: 'api.pairing' }));
    expect(desk.claim(second.pairing, second.secret)).toEqual({ state: 'expired' });
    expect(desk.waiting).toBe(0);
  });

  test('gives no key to a page with another secret', () => {
    const mine = desk.start('pane');
    const other = desk.start('pane');
    desk.confirm(mine.code);
    expect(desk.claim(mine.pairing, other.secret)).toEqual({ state: 'expired' });
    expect(desk.claim(mine.pairing, mine.secret)).toMatchObject({ state: 'confirmed' });
  });

  test('is never refused: of too many that wait the oldest gives way', async () => {
    for (let count = 0; count < MAX_WAITING; count += 1) desk.start('pane');
    expect(desk.start('the latest').code).not.toBe('');
    expect(desk.waiting).toBe(MAX_WAITING);
    await clock.advance(PAIRING_MS);
    expect(desk.start('pane').code).toBeDefined();
  });
});

describe('an invitation', () => {
  test('works once and for five minutes', async () => {
    const first = desk.invite();
    const second = desk.invite();
    expect(desk.redeem(first, 'browser')).toBe('key-1');
    expect(() => desk.redeem(first, 'browser')).toThrow(expect.objectContaining({ code: 'api.pairing' }));
    await clock.advance(PAIRING_MS);
    expect(() => desk.redeem(second, 'browser')).toThrow(expect.objectContaining({ code: 'api.pairing' }));
  });

  test('the oldest gives way to the newest', () => {
    const secrets = Array.from({ length: MAX_WAITING + 1 }, () => desk.invite());
    expect(() => desk.redeem(secrets[0]!, 'x')).toThrow(expect.objectContaining({ code: 'api.pairing' }));
    expect(desk.redeem(secrets.at(-1)!, 'x')).toBe('key-1');
  });
});
