import { describe, expect, it } from 'vitest';
import type { Fields } from '../datasets/index.ts';
import { change, differencesFrom, unite } from './expected.ts';

const records = (...all: Fields[]): { fields: Fields }[] => all.map((fields) => ({ fields }));
const ada: Fields = { FirstName: 'Ada', Company: 'Engine', 'PhoneNumbers/HomePhone': '1', Notes: 'a\nb' };

describe('what both sides must hold', () => {
  it('is everybody, and of who is on both each value, the device’s where there are two', () => {
    const people = unite(
      [ada, { FirstName: 'Bo' }],
      [{ FirstName: 'Ada', 'PhoneNumbers/HomePhone': '2', Spouse: 'William' }, { FirstName: 'Cid' }],
    );
    expect([...people.keys()]).toEqual(['Ada', 'Bo', 'Cid']);
    expect(people.get('Ada')).toEqual({ ...ada, 'PhoneNumbers/HomePhone': '2', Spouse: 'William' });
  });

  it('is what was edited, too', () => {
    const people = unite([ada], []);
    change(people, 'Ada', { JobTitle: 'Analyst' });
    expect(people.get('Ada')).toEqual({ ...ada, JobTitle: 'Analyst' });
  });
});

describe('differences', () => {
  const people = unite([ada, { FirstName: 'Bo' }], []);
  const right = records({ ...ada, Notes: 'a\r\nb' }, { FirstName: 'Bo' });

  it('are none where both sides hold what they must, whatever its form', () => {
    expect(differencesFrom(people, { device: right, Outlook: right })).toEqual([]);
  });

  it('name a field that both sides have lost alike, and one that both have too much', () => {
    const wrong = records({ ...ada, Company: '', Spouse: 'nobody' }, { FirstName: 'Bo' });
    expect(differencesFrom(people, { device: wrong, Outlook: wrong })).toEqual([
      'Ada: Company is not as it should be on the device',
      'Ada: Spouse is not as it should be on the device',
      'Ada: Company is not as it should be in Outlook',
      'Ada: Spouse is not as it should be in Outlook',
    ]);
  });

  it('name who is missing, doubled or unknown', () => {
    const device = records(ada);
    const Outlook = records(ada, ada, { FirstName: 'Bo' }, { FirstName: 'Mallory' });
    expect(differencesFrom(people, { device, Outlook })).toEqual([
      'Bo is not on the device',
      'Ada is in Outlook twice',
      'Mallory is in Outlook and should not be',
    ]);
  });
});
