/** The rows of the test catalogue that say what a device does with an appointment (spec: datasets 11, class DV). */
import { beforeEach, describe, expect, it } from 'vitest';
import { example } from '../../support/records.ts';
import { GERMAN } from '../categories.ts';
import { CONTEXT, StoreBench } from '../store-bench.ts';
import { enterAppointment, type AppointmentInput } from './input.ts';
import { appointmentKind } from './kind.ts';
import type { Appointment } from './model.ts';

const bench = (language?: typeof GERMAN): StoreBench<Appointment, AppointmentInput> =>
  new StoreBench(appointmentKind, enterAppointment, language);

let device = bench();

beforeEach(() => {
  device = bench();
});

const timed = (start: string, end: string): string => `<When><Start>${start}</Start><End>${end}</End></When>`;
const days = (from: string, to: string): string =>
  `<When><StartDate>${from}</StartDate><EndDate>${to}</EndDate></When>`;
const repeat = (inner: string): string => `<Repeat>${inner}</Repeat>`;

const WHEN = timed('2026-03-02T09:00:00', '2026-03-02T10:00:00');
const MEETING: AppointmentInput = {
  Description: 'Review',
  Location: 'Room 4',
  from: '2026-03-02T10:00',
  to: '2026-03-02T12:00',
};
const SERIES: AppointmentInput = {
  ...MEETING,
  repeat: { type: 'Weekly', frequency: 2, until: '2026-06-30', weekMask: ['Monday', 'Friday'] },
};

describe('texts', () => {
  it('#28 create without localIdentifier=false', () => {
    device.store.begin();
    const create = Buffer.from(`<Appointment><Identifier>srv1</Identifier>${WHEN}</Appointment>`);
    expect(device.store.create(create, 1)).toEqual({
      kind: 'created',
      serverId: null,
      clientId: `${CONTEXT}:1`,
    });
  });

  it('#29 replace of unknown id', () => {
    const id = device.hands.add(MEETING);
    device.hands.remove(id);
    expect(device.replace(id, WHEN)).toEqual({ kind: 'unknown' });
    expect(device.hands.records()).toEqual([]);
  });

  it('#30 Description absent on replace', () => {
    const { description, location } = device.replaced(MEETING, WHEN);
    expect({ description, location }).toEqual({ description: '', location: '' });
  });
});

describe('zones', () => {
  const zoned: AppointmentInput = { ...MEETING, zone: 'Europe/Oslo' };

  it('#31 TimeZone emptied', () => {
    const { zone, times } = device.replaced(zoned, `<TimeZone></TimeZone>${WHEN}`);
    expect(zone).toBe('Europe/Oslo');
    expect(times).toEqual({ allDay: false, start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' });
    expect(device.notices).toEqual(['the zone Europe/Oslo cannot be cleared']);
  });

  it('#32 Z without zone', () => {
    device.created(timed('2026-03-02T09:00:00Z', '2026-03-02T10:00:00Z'));
    expect(device.store.all()[0]).toMatch(/<StartDate><\/StartDate>\s*<EndDate><\/EndDate>/);
    expect(device.notices).toContain('not a time: Start 2026-03-02T09:00:00Z');
  });

  it('#33 no Z with zone', () => {
    const { times } = device.created(`<TimeZone>Europe/Oslo</TimeZone>${WHEN}`);
    expect(times).toEqual({ allDay: true, start: '', end: '' });
    expect(device.notices).toContain('not a time: Start 2026-03-02T09:00:00 in Europe/Oslo');
  });
});

describe('when it is', () => {
  it('#34 zero length create', () => {
    const { times } = device.created(timed('2026-03-02T09:00:00', '2026-03-02T09:00:00'));
    expect(times.end).toBe('2026-03-02T09:05:00');
  });

  it('#35 zero length replace', () => {
    const { times } = device.replaced(MEETING, timed('2026-03-03T09:00:00', '2026-03-03T09:00:00'));
    expect(times).toEqual({ allDay: false, start: '2026-03-03T09:00:00', end: '2026-03-03T11:00:00' });
    expect(device.notices).toEqual(['shorter than five minutes: 2026-03-03T09:00:00 to 2026-03-03T09:00:00']);
  });

  it('#36 all-day → timed by replace', () => {
    const { times } = device.replaced({ ...MEETING, days: ['2026-03-01', '2026-03-01'] }, WHEN);
    expect(times).toEqual({ allDay: true, start: '2026-03-02T00:00:00', end: '2026-03-02T23:59:00' });
    expect(device.notices).toEqual(['whole days cannot become a time']);
  });

  it('#37 all-day inclusive end', () => {
    const { times } = device.created(days('2026-03-02', '2026-03-03'));
    expect(times).toEqual({ allDay: true, start: '2026-03-02T00:00:00', end: '2026-03-03T23:59:00' });
  });
});

describe('the repeat', () => {
  it('#38 empty Repeat', () => {
    const appointment = device.replaced(SERIES, `${WHEN}<Repeat></Repeat>`);
    expect(appointment.repeat).toEqual({
      type: 'Weekly',
      frequency: 1,
      until: '',
      nearest: false,
      weekMask: [],
    });
    expect(device.notices).toEqual(['the repeat cannot be removed']);
  });

  it('#39 Repeat absent', () => {
    const exceptions = { '2026-03-06': 'deleted', '2026-03-16': { Location: 'Hall' } } as const;
    const appointment = device.replaced({ ...SERIES, exceptions }, `${WHEN}<Notes>N</Notes>`);
    expect(appointment.repeat).toMatchObject({ type: 'Weekly', frequency: 2, until: '2026-06-30' });
    expect(appointment.exceptions.size).toBe(0);
    expect(appointment.notes).toBe('N');
    expect(device.notices).toEqual(['exceptions undone, for Repeat is absent']);
  });

  it('#40 Frequency missing', () => {
    const appointment = device.created(`${WHEN}${repeat('<Type>Daily</Type>')}<Notes>N</Notes>`);
    expect(appointment.repeat).toMatchObject({ type: 'Daily', frequency: 1, until: '' });
    expect(appointment.notes).toBe('N');
  });

  it('#41 Until before Frequency', () => {
    const inner =
      '<Type>Weekly</Type><Until>2026-06-30</Until><Frequency>2</Frequency><WeekMask>Monday</WeekMask>';
    const appointment = device.created(`${WHEN}${repeat(inner)}<Notes>N</Notes>`);
    expect(appointment.repeat).toEqual({
      type: 'Weekly',
      frequency: 1,
      until: '2026-06-30',
      nearest: false,
      weekMask: [],
    });
    expect(appointment.notes).toBe('N');
    expect(device.notices).toEqual(['not read in Repeat: Frequency, WeekMask']);
  });

  it('#42 Until too early', () => {
    const inner = '<Type>Daily</Type><Frequency>1</Frequency><Until>2020-01-01</Until>';
    expect(device.created(WHEN + repeat(inner)).repeat.until).toBe('2026-03-02');
  });
});

describe('the alarm', () => {
  it('#43 alarm unknown type, negative delay', () => {
    const { alarm } = device.created(`${WHEN}<Alarm><Type>Loud</Type><Delay>-540</Delay></Alarm>`);
    expect(alarm).toEqual({ type: 'Audible', delay: -540 });
  });

  it('#44 alarm with white space only', () => {
    const before: AppointmentInput = { ...MEETING, alarm: { type: 'Visible', delay: 5 } };
    expect(device.replaced(before, `${WHEN}<Alarm>\n</Alarm>`).alarm).toBeUndefined();
  });
});

describe('exceptions', () => {
  it('#45 misspelt nested id', () => {
    const nested = `<Appointment><Identitier>x</Identitier><Description>Moved</Description>${WHEN}</Appointment>`;
    const inner = `<Type>Daily</Type><Frequency>1</Frequency><Until></Until><Exception><OriginalDate>2026-03-05</OriginalDate>${nested}</Exception>`;
    const { exceptions } = device.created(`<Description>D</Description>${WHEN}${repeat(inner)}`);
    const found = exceptions.get('2026-03-05');
    expect(found).toMatchObject({
      appointment: {
        description: '',
        times: { allDay: false, start: '2026-02-20T14:33:00', end: '2026-02-20T14:38:00' },
      },
    });
    expect(device.notices).toEqual(['not read in Appointment: Identitier, Description, When']);
  });

  it('#46 exception moved + deleted', () => {
    const sample = example('recurrence-15-weekly-moved-occurrence');
    const id = device.hands.add(sample);
    const { times, repeat: rule, exceptions } = device.store.get(id);
    expect(times.start).toBe('2026-03-03T19:00:00');
    expect(rule).toMatchObject({ type: 'Weekly', until: '2026-04-28', weekMask: ['Tuesday'] });
    expect([...exceptions.keys()]).toEqual(['2026-03-17', '2026-03-31']);
    expect(exceptions.get('2026-03-17')).toMatchObject({
      appointment: { times: { start: '2026-03-18T18:00:00', end: '2026-03-18T20:00:00' } },
    });
    expect(exceptions.get('2026-03-31')).toBe('deleted');
    const ownIds = sample.replace(/\{8b6d.*\}:35/, id).replace(/\{8b6d.*\}:91/, `${CONTEXT}:2`);
    expect(device.store.all()[0]).toBe(ownIds.trimEnd());
    expect(device.notices).toEqual([]);
  });
});

describe('categories', () => {
  const list = (label: string): string => `${WHEN}<Categories><Category>${label}</Category></Categories>`;

  it('#50 new category label', () => {
    expect(device.created(list('Choir')).categories).toEqual(['user.Choir']);
    expect(device.categories.list().at(-1)).toEqual({ id: 'user.Choir', label: 'Choir', scope: 'Calendar' });
  });

  it('#51 system category by id', () => {
    device = bench(GERMAN);
    expect(device.created(list('Business')).categories).toEqual(['Business']);
    expect(device.store.all()[0]).toContain('<Category>Geschäftlich</Category>');
  });
});
