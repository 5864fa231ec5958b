import { describe, expect, it } from 'vitest';
import type { Fields } from '../datasets/index.ts';
import { differencesOf, united, type HeldRecord } from './records.ts';

const held = (...all: Fields[]): HeldRecord[] => all.map((fields, index) => ({ id: String(index), fields }));
const ada: Fields = { FirstName: 'Ada', Company: 'Engine', 'PhoneNumbers/HomePhone': '1', Notes: 'a\nb' };

describe('what both sides must hold', () => {
  it('is everybody, and of who is on both each value, the handheld’s where there are two', () => {
    const people = united(
      'contacts',
      { contacts: [ada, { FirstName: 'Bo' }] },
      {
        contacts: [
          { FirstName: 'Ada', 'PhoneNumbers/HomePhone': '2', Spouse: 'William' },
          { FirstName: 'Cid' },
        ],
      },
    );
    expect([...people.keys()]).toEqual(['Ada', 'Bo', 'Cid']);
    expect(people.get('Ada')).toEqual({ ...ada, 'PhoneNumbers/HomePhone': '2', Spouse: 'William' });
  });
});

describe('differences', () => {
  const people = united('contacts', { contacts: [ada, { FirstName: 'Bo' }] }, {});
  const right = held({ ...ada, Notes: 'a\r\nb' }, { FirstName: 'Bo' });

  it('are none where both sides hold what they must, whatever its form', () => {
    expect(differencesOf('contacts', right, right, people)).toEqual([]);
  });

  it('name a field that both sides have lost alike, and one that both have too much', () => {
    const wrong = held({ ...ada, Company: '', Spouse: 'nobody' }, { FirstName: 'Bo' });
    expect(differencesOf('contacts', wrong, wrong, people).sort()).toEqual([
      'Ada: Company is not what was entered',
      'Ada: Spouse is not what was entered',
    ]);
  });

  it('name a field that one side has alone', () => {
    const other = held({ ...ada, Company: 'Loom' }, { FirstName: 'Bo' });
    expect(differencesOf('contacts', right, other, people)).toEqual([
      'Ada: Company differs between the sides',
    ]);
  });

  it('name who is missing, doubled or unknown', () => {
    const outlook = held(ada, ada, { FirstName: 'Bo' }, { FirstName: 'Mallory' });
    expect(differencesOf('contacts', held(ada), outlook, people)).toEqual([
      'Ada is in Outlook twice',
      'Bo is not on the handheld',
      'Mallory should not be there',
    ]);
  });
});
