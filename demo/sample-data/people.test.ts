import { describe, expect, it } from 'vitest';
import { contacts } from '../../datasets/index.ts';
import { makePeople, sampleSides } from './people.ts';

describe('the sample people', () => {
  const { outlook, device, shared } = sampleSides();

  it('are the same at every run, each with a name of their own', () => {
    const people = makePeople({ count: 300, seed: 1, pictures: 0.02 });
    expect(makePeople({ count: 300, seed: 1, pictures: 0.02 })).toEqual(people);
    expect(new Set(people.map((person) => contacts.label(person))).size).toBe(300);
  });

  it('have only fields that the dataset knows, and every kind of them', () => {
    const kinds = new Set<string>();
    for (const [key, value] of [...outlook, ...device].flatMap((person) => Object.entries(person))) {
      expect(contacts.problem(key, value), key).toBeUndefined();
      kinds.add(key.replace(/^(Categories|CustomFields)\/.*/, '$1'));
    }
    expect(kinds.size).toBeGreaterThanOrEqual(36);
  });

  it('are some hundred on each side, partly the same', () => {
    const names = new Set(outlook.map((person) => contacts.label(person)));
    expect(device.filter((person) => names.has(contacts.label(person))).length).toBe(shared);
    expect(Math.min(outlook.length, device.length)).toBeGreaterThanOrEqual(250);
  });
});
