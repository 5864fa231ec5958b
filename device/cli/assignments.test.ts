import { describe, expect, it } from 'vitest';
import { calendar, contacts, tasks, type Fields } from '../../datasets/index.ts';
import { assign, checkFields, fieldRules } from './assignments.ts';

const rules = fieldRules(contacts);
const set = (fields: Fields, ...assignments: string[]): Fields => assign(fields, assignments, rules);

describe('fields on the command line', () => {
  it('are texts', () => {
    expect(set({}, 'FirstName=Ada', 'PhoneNumbers/HomePhone=555', 'Birthday=1815-12-10')).toEqual({
      FirstName: 'Ada',
      'PhoneNumbers/HomePhone': '555',
      Birthday: '1815-12-10',
    });
  });

  it('a value may hold an equals sign and blanks', () => {
    expect(set({}, 'Notes=a = b')).toEqual({ Notes: 'a = b' });
  });

  it('a repeated list is a list, and replaces the one that was there', () => {
    const fields = { EmailAddresses: ['old@x.example'] };
    expect(set(fields, 'EmailAddresses=a@x.example', 'EmailAddresses=b@x.example')).toEqual({
      EmailAddresses: ['a@x.example', 'b@x.example'],
    });
  });

  it('a part of an address leaves the other parts', () => {
    const fields = { 'Addresses/Home': { Street: 'Main 1', City: 'Paris' } };
    expect(set(fields, 'Addresses/Home/City=London')).toEqual({
      'Addresses/Home': { Street: 'Main 1', City: 'London' },
    });
    expect(set(fields, 'Addresses/Home/City=')).toEqual({ 'Addresses/Home': { Street: 'Main 1' } });
    expect(set(fields, 'Addresses/Home/City=', 'Addresses/Home/Street=')).toEqual({});
  });

  it('custom fields and categories are written by their names', () => {
    const fields = set({}, 'CustomFields/Shoe size=39', 'Categories/Choir=Choir');
    expect(fields).toEqual({
      'CustomFields/shoe size': { Key: 'Shoe size', Value: '39' },
      'Categories/choir': 'Choir',
    });
    expect(set(fields, 'CustomFields/Shoe size=', 'Categories/Choir=')).toEqual({});
  });

  it('an empty value removes the field', () => {
    expect(set({ FirstName: 'Ada', Notes: 'x' }, 'Notes=')).toEqual({ FirstName: 'Ada' });
    expect(set({ FirstName: 'Ada' }, 'Notes=')).toEqual({ FirstName: 'Ada' });
  });

  it.each([
    ['FirstNam=Ada', 'FirstNam'],
    ['Birthday=1815-2-30', 'Birthday'],
    ['PhoneNumbers/Car=1', 'PhoneNumbers/Car'],
    ['__proto__=x', '__proto__'],
    ['Addresses/Home/Planet=Mars', 'Addresses/Home/Planet'],
    ['FirstName', 'expected Field=value'],
    ['=x', 'expected Field=value'],
  ])('%s is refused with a word', (assignment, named) => {
    expect(() => set({}, assignment)).toThrow(
      expect.objectContaining({ code: 'pim.bad-field', detail: expect.stringContaining(named) as string }),
    );
  });

  it('whole records of a file are checked the same way', () => {
    expect(() => checkFields({ FirstName: 'Ada', EmailAddresses: ['a@x.example'] }, rules)).not.toThrow();
    expect(() => checkFields({ EmailAddresses: 'a@x.example' }, rules)).toThrow(/EmailAddresses/);
  });
});

describe('appointments on the command line', () => {
  const inCalendar = (fields: Fields, ...assignments: string[]): Fields =>
    assign(fields, assignments, fieldRules(calendar));
  const MEETING = { When: { End: '2026-03-03T21:00:00', Start: '2026-03-03T19:00:00' } };

  it('times need no seconds, and may come in any order', () => {
    for (const parts of [
      ['When/Start=2026-03-03T19:00', 'When/End=2026-03-03T21:00'],
      ['When/End=2026-03-03T21:00:00', 'When/Start=2026-03-03T19:00:00'],
    ]) {
      expect(inCalendar({}, ...parts)).toEqual(MEETING);
      expect(
        inCalendar({ When: { End: '2026-05-01T10:00:00', Start: '2026-05-01T09:00:00' } }, ...parts),
      ).toEqual(MEETING);
    }
  });

  it('a time becomes whole days, and whole days a time', () => {
    const days = { When: { EndDate: '2026-03-04', StartDate: '2026-03-03' } };
    expect(inCalendar(MEETING, 'When/StartDate=2026-03-03', 'When/EndDate=2026-03-04')).toEqual(days);
    expect(inCalendar(days, 'When/Start=2026-03-03T19:00', 'When/End=2026-03-03T21:00')).toEqual(MEETING);
    expect(inCalendar(MEETING, 'When/StartDate=2026-03-03')).toEqual({
      When: { EndDate: '2026-03-03', StartDate: '2026-03-03' },
    });
  });

  it('what is not said of an alarm or a repeat is as usual', () => {
    expect(inCalendar({}, 'Alarm/Type=Visible', 'Repeat/Type=Daily')).toEqual({
      Alarm: { Delay: '0', Type: 'Visible' },
      Repeat: { Frequency: '1', Type: 'Daily' },
    });
    expect(inCalendar({}, 'Alarm/Delay=-540', 'Alarm/Type=Audible')).toEqual({
      Alarm: { Delay: '-540', Type: 'Audible' },
    });
    expect(
      inCalendar({}, 'Repeat/Type=Weekly', 'Repeat/WeekMask=Friday Monday', 'Repeat@Until=2026-06-30'),
    ).toEqual({
      Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Monday Friday' },
      'Repeat@Until': '2026-06-30',
    });
  });

  it('an exception takes an occurrence away, and can be taken back', () => {
    const series = inCalendar(MEETING, 'Repeat/Type=Daily', 'Repeat/2026-03-05=deleted');
    expect(series['Repeat/2026-03-05']).toBe('deleted');
    expect(inCalendar(series, 'Repeat/2026-03-05=')).not.toHaveProperty(['Repeat/2026-03-05']);
  });

  it('the repeat can be changed in part, and goes as a whole', () => {
    const series = inCalendar(MEETING, 'Repeat/Type=Weekly', 'Repeat/WeekMask=Tuesday');
    expect(inCalendar(series, 'Repeat/Frequency=2').Repeat).toEqual({
      Frequency: '2',
      Type: 'Weekly',
      WeekMask: 'Tuesday',
    });
    expect(inCalendar(series, 'Repeat=')).toEqual(MEETING);
  });

  it.each([
    ['When/End=2026-03-03T18:00'],
    ['When/Start=2026-03-03T22:00'],
    ['When/Start=tomorrow'],
    ['When/Beginning=2026-03-03'],
    ['Alarm/Delay=15'],
    ['Repeat/Type=Hourly'],
    ['Repeat/Type=Weekly', 'Repeat/WeekMask=Tue'],
    ['Repeat/2026-02-30=deleted'],
    ['Repeat/2026-03-05/Location=Hall'],
  ])('%s is refused with a word', (...assignments) => {
    const named = assignments.at(-1)?.split('=')[0];
    expect(() => inCalendar(MEETING, ...assignments)).toThrow(
      expect.objectContaining({ code: 'pim.bad-field', detail: expect.stringContaining(named!) as string }),
    );
  });
});

describe('tasks on the command line', () => {
  const inTasks = (...assignments: string[]): Fields => assign({}, assignments, fieldRules(tasks));

  it('are texts, dates, numbers and tokens', () => {
    expect(
      inTasks('Description=Boiler', 'DueDate=2026-07-01', 'Status=Waiting', 'PercentCompleted=40'),
    ).toEqual({ Description: 'Boiler', DueDate: '2026-07-01', Status: 'Waiting', PercentCompleted: '40' });
  });

  it.each(['Status=Done', 'Priority=Urgent', 'DueDate=soon', 'PercentCompleted=half'])(
    '%s is refused with a word',
    (assignment) => {
      expect(() => inTasks(assignment)).toThrow(expect.objectContaining({ code: 'pim.bad-field' }));
    },
  );
});
