import { describe, expect, it } from 'vitest';
import { readCategories, readDays } from './dataset-draft.ts';

describe('what is typed among the settings', () => {
  it.each([
    ['0', 0],
    [' 90 ', 90],
    ['36500', 36_500],
    ['36501', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['many', undefined],
  ])('days: %j', (text, days) => {
    const read = readDays(text);
    expect(read.ok ? read.value : undefined).toBe(days);
  });

  it.each([
    ['', []],
    ['Family, Work', ['Family', 'Work']],
    [' Family ;Work,, Family', ['Family', 'Work']],
    ['x'.repeat(255), ['x'.repeat(255)]],
  ])('categories: %j', (text, names) => expect(readCategories(text)).toEqual({ ok: true, value: names }));

  it('of categories that no program could keep says so, and gives none', () => {
    expect(readCategories('x'.repeat(256))).toMatchObject({ ok: false });
    const many = Array.from({ length: 101 }, (_, index) => `c${index}`).join();
    expect(readCategories(many)).toMatchObject({ ok: false });
  });
});
