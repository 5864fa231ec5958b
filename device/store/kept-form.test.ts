import { describe, expect, it } from 'vitest';
import { calendar, contacts, tasks, type Fields } from '../../datasets/index.ts';
import { keptForm } from './kept-form.ts';

const TODAY = '2026-03-01';

describe('what the handheld keeps of a record', () => {
  it.each<[string, Fields, Fields]>([
    [
      'a task under way was begun today',
      { Status: 'InProgress', PercentCompleted: '50' },
      { Status: 'InProgress', PercentCompleted: '50', StartedDate: TODAY },
    ],
    [
      'a task that is done was done today',
      { Status: 'Completed' },
      { Status: 'Completed', StartedDate: TODAY, CompletedDate: TODAY, PercentCompleted: '100' },
    ],
    [
      'a task not started has no start',
      { Description: 'D', StartedDate: '2026-01-01' },
      { Description: 'D' },
    ],
    ['a task needs no due date', { Description: 'D' }, { Description: 'D' }],
  ])('%s', (_, fields, kept) => {
    expect(keptForm(tasks, fields, TODAY)).toEqual(kept);
  });

  it('also what a device of 2009 would lose', () => {
    const appointment: Fields = {
      When: { End: '2026-01-31T09:00:30', Start: '2026-01-31T09:00:30' },
      Repeat: { Frequency: '1', Nearest: 'true', Type: 'MonthlyDate' },
    };
    expect(keptForm(calendar, appointment, TODAY)).toEqual(appointment);
    const trip: Fields = {
      When: { EndDate: '2026-03-06', StartDate: '2026-03-02' },
      Repeat: { Frequency: '1', Type: 'Daily' },
      'Repeat@Until': '2026-03-03',
    };
    expect(keptForm(calendar, trip, TODAY)).toEqual(trip);
    const contact = { FirstName: ' Ada ', 'PhoneNumbers/HomePhone': '555  01' };
    expect(keptForm(contacts, contact, TODAY)).toEqual(contact);
  });

  it('nothing that its other fields make meaningless', () => {
    const appointment: Fields = {
      TimeZone: 'Europe/Oslo',
      When: { EndDate: '2026-03-02', StartDate: '2026-03-02' },
    };
    expect(keptForm(calendar, appointment, TODAY)).toEqual({ When: appointment.When });
    const before: Fields = { Status: 'Completed', CompletedDate: '2026-02-01', PercentCompleted: '100' };
    expect(keptForm(tasks, { ...before, Status: 'InProgress' }, TODAY, before)).toEqual({
      Status: 'InProgress',
      StartedDate: TODAY,
      PercentCompleted: '99',
    });
  });
});
