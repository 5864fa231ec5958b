/** What the two sides of the demo begin with in their calendars and on their lists of tasks. */
import { addDays, dayNumber, weekdayIndex } from '../../datasets/calendar/days.ts';
import { DELETED, exceptionKey, occurrenceOn } from '../../datasets/calendar/index.ts';
import type { Fields } from '../../datasets/index.ts';
import { makeAppointments, SAMPLE_DAY, timed } from './appointments.ts';
import { makeTasks } from './tasks.ts';
import { SeededRandom } from './random.ts';

export interface Sides {
  readonly outlook: readonly Fields[];
  readonly device: readonly Fields[];
  /** How many records are on both, some with a difference. */
  readonly shared: number;
}

/** Appointments that everybody has, and some that only one side knows. `around`: as in AppointmentsOptions. */
export function calendarSides(around = SAMPLE_DAY): Sides {
  const shared = makeAppointments({ count: 12, seed: 7, recurringPart: 0.25, around });
  const onOutlook = makeAppointments({ count: 20, seed: 21, recurringPart: 0.2, around });
  const onDevice = makeAppointments({ count: 16, seed: 42, recurringPart: 0.2, around });
  const random = new SeededRandom(3);
  const noted = (fields: Fields): Fields => ({ ...fields, Notes: 'Noted on the device' });
  return {
    outlook: [teamMeeting(around), lastFriday(around), acrossTheOcean(around), ...shared, ...onOutlook],
    device: [
      birthday(around),
      everyOtherWeek(around),
      trip(around),
      medicine(around),
      ...shared.map((fields) => (random.chance(0.3) ? noted(fields) : fields)),
      ...onDevice,
    ],
    shared: shared.length,
  };
}

/** Tasks in all states and of all priorities. `around`: as in TasksOptions. */
export function taskSides(around = SAMPLE_DAY): Sides {
  const shared = makeTasks({ count: 10, seed: 7, around });
  const random = new SeededRandom(3);
  const noted = (fields: Fields): Fields => ({ ...fields, Notes: 'Noted on the device' });
  return {
    outlook: [...shared, ...makeTasks({ count: 30, seed: 21, around })],
    device: [
      ...shared.map((fields) => (random.chance(0.3) ? noted(fields) : fields)),
      ...makeTasks({ count: 30, seed: 42, around }),
    ],
    shared: shared.length,
  };
}

/** A meeting with other people, which only Outlook can have; `event`, as Graph has it, in what the mailbox is seeded with. */
export function meetingWithAttendees(around = SAMPLE_DAY): {
  readonly event: Readonly<Record<string, unknown>> & { readonly subject: string };
} {
  const date = addDays(mondayOf(around), 9);
  const person = (name: string, address: string): object => ({ emailAddress: { name, address } });
  const event = {
    subject: 'Contract with Fjordlys & Sønner',
    body: {
      contentType: 'html',
      content: '<p>Agenda: <b>price</b>, dates, <i>warranty</i></p>',
    },
    start: { dateTime: `${date}T13:00:00`, timeZone: 'Europe/Oslo' },
    end: { dateTime: `${date}T14:30:00`, timeZone: 'Europe/Oslo' },
    location: { displayName: 'Lighthouse, 2nd floor' },
    attendees: [
      { ...person('Marit Øvregård', 'marit@fjordlys.example'), type: 'required' },
      { ...person('山田花子', 'hanako@yamada.example'), type: 'optional' },
    ],
    isReminderOn: true,
    reminderMinutesBeforeStart: 15,
    categories: ['Business'],
  };
  return { event };
}

/** Every Monday; one is on a Tuesday afternoon, one falls out. */
function teamMeeting(around: string): Fields {
  const monday = mondayOf(around);
  const first = addDays(monday, -28);
  const series: Fields = {
    Description: 'Team meeting',
    Location: 'Room 4',
    TimeZone: 'Europe/Oslo',
    When: timed(first, 10 * 60, 10 * 60 + 45),
    Alarm: { Delay: '10', Type: 'Visible' },
    Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Monday' },
    'Categories/business': 'Business',
  };
  const moved = addDays(monday, 7);
  return {
    ...series,
    [exceptionKey(moved)]: {
      ...occurrenceOn(series, moved),
      Location: 'Lighthouse, 2nd floor',
      When: timed(addDays(moved, 1), 13 * 60, 13 * 60 + 45),
    },
    [exceptionKey(addDays(monday, 14))]: DELETED,
  };
}

/** The last Friday of each month. */
function lastFriday(around: string): Fields {
  const lastDay = addDays(`${around.slice(0, 8)}01`, -1);
  const date = addDays(lastDay, -((weekdayIndex(dayNumber(lastDay)) + 3) % 7));
  return {
    Description: 'Månedsslutt: rapport',
    TimeZone: 'Europe/Oslo',
    When: timed(date, 15 * 60, 16 * 60),
    Repeat: { Frequency: '1', Type: 'MonthlyEndDay' },
    'Categories/business': 'Business',
  };
}

/** Its zone changes its clocks weeks before Europe does. */
function acrossTheOcean(around: string): Fields {
  const date = addDays(mondayOf(around), -11);
  return {
    Description: 'Call with Portland',
    Location: 'Online',
    TimeZone: 'America/New_York',
    When: timed(date, 9 * 60, 9 * 60 + 30),
    Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Thursday' },
    'Repeat@Until': addDays(date, 140),
  };
}

/** All day, every year, with a reminder at nine in the morning. */
function birthday(around: string): Fields {
  const date = `1985${addDays(mondayOf(around), 17).slice(4)}`.replace('-02-29', '-02-28');
  return {
    Description: 'Γενέθλια της Ελένης',
    When: { EndDate: date, StartDate: date },
    Alarm: { Delay: '-540', Type: 'Audible' },
    Repeat: { Frequency: '1', Type: 'Yearly' },
    'Categories/personal': 'Personal',
  };
}

/** At the same time of day from January to July, whatever the clocks do at the end of March. */
function everyOtherWeek(around: string): Fields {
  const year = around.slice(0, 4);
  const date = addDays(mondayOf(`${year}-01-07`), 3);
  return {
    Description: 'Chorprobe',
    Location: 'Schützenhaus',
    TimeZone: 'Europe/Berlin',
    When: timed(date, 19 * 60 + 30, 21 * 60 + 30),
    Repeat: { Frequency: '2', Type: 'Weekly', WeekMask: 'Thursday' },
    'Repeat@Until': `${year}-07-15`,
    'Categories/choir': 'Choir',
  };
}

/** Five whole days. */
function trip(around: string): Fields {
  const date = addDays(mondayOf(around), 21);
  return {
    Description: '京都出張',
    Location: '京都',
    When: { EndDate: addDays(date, 4), StartDate: date },
    Alarm: { Delay: '900', Type: 'Visible' },
    Notes: 'Passport!\nTickets: see e-mail',
  };
}

/** At eight in the morning wherever one is: a floating time. */
function medicine(around: string): Fields {
  const date = addDays(around, -3);
  return {
    Description: 'Medicine',
    When: timed(date, 8 * 60, 8 * 60 + 5),
    Alarm: { Delay: '0', Type: 'Audible' },
    Repeat: { Frequency: '1', Type: 'Daily' },
    'Repeat@Until': addDays(date, 20),
    'Categories/personal': 'Personal',
  };
}

function mondayOf(date: string): string {
  return addDays(date, -weekdayIndex(dayNumber(date)));
}
