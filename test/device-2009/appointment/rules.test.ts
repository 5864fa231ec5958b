/** What the catalogue's rows leave out of the rules for appointments (spec: datasets 2.11, 4, 8.4). */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { example } from '../../support/records.ts';
import { CONTEXT, StoreBench } from '../store-bench.ts';
import { enterAppointment, type AppointmentInput } from './input.ts';
import { appointmentKind } from './kind.ts';
import { REPEAT_TYPES, WEEKDAYS, type Appointment, type Replacement } from './model.ts';

let device: StoreBench<Appointment, AppointmentInput>;

beforeEach(() => {
  device = new StoreBench(appointmentKind, enterAppointment);
});

const WHEN = '<When><Start>2026-03-02T09:00:00</Start><End>2026-03-02T10:00:00</End></When>';
const MEETING: AppointmentInput = {
  Description: 'Review',
  from: '2026-03-02T10:00',
  to: '2026-03-02T12:00',
};
const DAILY: AppointmentInput = { ...MEETING, repeat: { type: 'Daily' } };

const rule = (inner = ''): string =>
  `<Repeat><Type>Daily</Type><Frequency>1</Frequency><Until></Until>${inner}</Repeat>`;
const exception = (date: string, inner = ''): string =>
  `<Exception><OriginalDate>${date}</OriginalDate>${inner}</Exception>`;
const replacement = (inner: string): string =>
  `<Appointment><Identifier localIdentifier="false">x</Identifier>${inner}</Appointment>`;

function idOf(appointment: Appointment, date: string): string {
  return (appointment.exceptions.get(date) as Replacement).id;
}

describe('reading when it is', () => {
  it('keeps the length when only the start is there', () => {
    const { times } = device.replaced(MEETING, '<When><Start>2026-05-01T08:00:00</Start></When>');
    expect(times).toMatchObject({ start: '2026-05-01T08:00:00', end: '2026-05-01T10:00:00' });
  });

  it('leaves it alone when it is absent, and is now for a new appointment', () => {
    expect(device.replaced(MEETING, '<Description>D</Description>').times.end).toBe('2026-03-02T12:00:00');
    expect(device.created('').times).toMatchObject({
      start: '2026-02-20T14:33:00',
      end: '2026-02-20T14:38:00',
    });
  });

  it('is invalid when it is empty', () => {
    expect(device.replaced(MEETING, '<When></When>').times).toEqual({ allDay: true, start: '', end: '' });
  });

  it('keeps the days when the last one is bad', () => {
    const before: AppointmentInput = { days: ['2026-03-01', '2026-03-03'] };
    const when = '<When><StartDate>2026-04-01</StartDate><EndDate>2026-03-31</EndDate></When>';
    expect(device.replaced(before, when).times.end).toBe('2026-04-03T23:59:00');
  });

  it('drops seconds, takes no fraction, and no hour 24', () => {
    const at = (start: string, end: string): string =>
      `<When><Start>${start}</Start><End>${end}</End></When>`;
    const { times } = device.created(at('2026-03-02T09:00:59', '2026-03-02T10:00:30'));
    expect(times).toMatchObject({ start: '2026-03-02T09:00:00', end: '2026-03-02T10:00:00' });
    expect(device.created(at('2026-03-02T09:00:00.5', '2026-03-02T10:00:00')).times.start).toBe('');
    expect(device.created(at('2026-03-02T24:00:00', '2026-03-03T10:00:00')).times.start).toBe('');
  });

  it('never tells the zone of whole days, and keeps one that nobody knows', () => {
    const zoned = '<TimeZone>Europe/Atlantis</TimeZone>';
    const when = '<When><StartDate>2026-03-02</StartDate><EndDate>2026-03-02</EndDate></When>';
    expect(device.created(zoned + when).zone).toBe('Europe/Atlantis');
    expect(device.store.all()[0]).toContain('<TimeZone></TimeZone>');
    expect(device.notices).toEqual(['unknown zone Europe/Atlantis']);
  });
});

describe('reading a repeat', () => {
  it('forgets Nearest when the record is loaded again, and never tells it', () => {
    const nearest = '<Type>Yearly</Type><Frequency>1</Frequency><Until></Until><Nearest>true</Nearest>';
    expect(device.created(`${WHEN}<Repeat>${nearest}</Repeat>`).repeat.nearest).toBe(false);
    device.store.begin();
    device.store.create(Buffer.from(`<Appointment>${WHEN}<Repeat>${nearest}</Repeat></Appointment>`), 9);
    expect(device.store.all()[1]).toContain('<Nearest>true</Nearest>');
    device.store.commit();
    expect(device.store.all()[1]).not.toContain('Nearest');
  });

  it('takes weekdays between single blanks, Monday first, and ignores what is none', () => {
    const mask = rule('<WeekMask>Friday Mon Monday\tSunday</WeekMask>');
    expect(device.created(WHEN + mask).repeat.weekMask).toEqual(['Friday']);
    expect(device.notices).toEqual(['unknown weekday Mon']);
  });

  it.each(['', '0', '-3', 'x', '1.5'])('takes the frequency "%s" for 1', (text) => {
    const inner = `<Repeat><Type>Daily</Type><Frequency>${text}</Frequency></Repeat>`;
    expect(device.created(WHEN + inner).repeat.frequency).toBe(1);
  });

  it('keeps the type when the new one is unknown', () => {
    const inner = '<Repeat><Type>Hourly</Type><Frequency>3</Frequency></Repeat>';
    expect(device.replaced(DAILY, WHEN + inner).repeat).toMatchObject({ type: 'Daily', frequency: 3 });
  });

  it('raises an end before the last day of the first occurrence', () => {
    const when = '<When><StartDate>2026-03-02</StartDate><EndDate>2026-03-04</EndDate></When>';
    const inner = '<Repeat><Type>Weekly</Type><Frequency>1</Frequency><Until>2026-03-02</Until></Repeat>';
    expect(device.created(when + inner).repeat.until).toBe('2026-03-04');
  });
});

describe('exceptions', () => {
  it('are undone and applied again at each replace, under new ids that nobody is told', () => {
    const inner = WHEN + rule(exception('2026-03-05', replacement(WHEN)));
    device.create(inner);
    const { id, record } = device.hands.records()[0]!;
    expect([id, idOf(record, '2026-03-05')]).toEqual([`${CONTEXT}:1`, `${CONTEXT}:2`]);
    const since = device.tick();
    device.replace(id, inner);
    expect(idOf(device.store.get(id), '2026-03-05')).toBe(`${CONTEXT}:3`);
    // A sync's own changes carry its time: the old id is told by a fetch that reaches back before it.
    expect(device.store.changesSince(since).removes).toEqual([`${CONTEXT}:2`]);
  });

  it('of a second exception on one date nothing is stored', () => {
    const inner = rule(exception('2026-03-05') + exception('2026-03-05', replacement(WHEN)));
    expect([...device.created(WHEN + inner).exceptions]).toEqual([['2026-03-05', 'deleted']]);
  });

  it('are not held against the rule', () => {
    expect(device.created(WHEN + rule(exception('1999-12-31'))).exceptions.size).toBe(1);
  });

  it('lose a repeat of their own', () => {
    const nested = replacement(`<Description>D</Description>${WHEN}${rule()}<Notes>N</Notes>`);
    const { exceptions } = device.created(WHEN + rule(exception('2026-03-05', nested)));
    expect(exceptions.get('2026-03-05')).toMatchObject({
      appointment: { notes: 'N', repeat: { type: undefined } },
    });
    expect(device.notices).toEqual(['a repeat on a replacement']);
  });

  it('are a replace of the series when a person edits one, which keeps its id', () => {
    const id = device.hands.add({ ...DAILY, exceptions: { '2026-03-05': { Location: 'Hall' } } });
    const inner = idOf(device.store.get(id), '2026-03-05');
    const since = device.tick();
    device.hands.edit(id, { exceptions: { '2026-03-05': { Location: 'Church' } } });
    expect(idOf(device.store.get(id), '2026-03-05')).toBe(inner);
    const { creates, removes, replaces } = device.store.changesSince(since);
    expect([creates, removes]).toEqual([[], []]);
    expect(replaces[0]).toContain('<Location>Church</Location>');
    expect(replaces[0]).toContain('<Start>2026-03-05T10:00:00</Start>');
  });

  it('are told as removes of unknown ids when they go', () => {
    const id = device.hands.add({ ...DAILY, exceptions: { '2026-03-05': {}, '2026-03-06': {} } });
    const appointment = device.store.get(id);
    const inner = ['2026-03-05', '2026-03-06'].map((date) => idOf(appointment, date));
    let since = device.tick();
    device.hands.edit(id, { exceptions: { '2026-03-05': 'deleted' } });
    expect(device.store.changesSince(since).removes).toEqual([inner[0]]);
    since = device.tick();
    device.hands.remove(id);
    expect([...device.store.changesSince(since).removes].sort()).toEqual([id, inner[1]].sort());
  });

  it('come back with a rollback, and their ids with them', () => {
    const id = device.hands.add({ ...DAILY, exceptions: { '2026-03-05': {} } });
    const before = device.store.all();
    const since = device.tick();
    device.store.begin();
    device.store.replace(Buffer.from(`<Appointment><Identifier>${id}</Identifier>${WHEN}</Appointment>`), 9);
    device.store.remove(id, 9);
    device.store.rollback();
    expect(device.store.all()).toEqual(before);
    expect(device.store.changesSince(since)).toEqual({ creates: [], removes: [], replaces: [] });
  });

  it('with two categories that differ in case only break the insert of the series', () => {
    const twins = '<Categories><Category>Work</Category><Category>work</Category></Categories>';
    const nested = replacement(WHEN + twins);
    expect(device.create(WHEN + rule(exception('2026-03-05', nested)))).toMatchObject({
      kind: 'insert-failed',
    });
  });
});

describe('a person can do what a replace cannot', () => {
  it('end the repeat, make whole days a time, and clear the zone', () => {
    const id = device.hands.add({ ...DAILY, exceptions: { '2026-03-05': 'deleted' } });
    device.hands.edit(id, { repeat: null });
    expect(device.store.get(id)).toMatchObject({ repeat: { type: undefined }, exceptions: new Map() });
    device.hands.edit(id, { days: ['2026-03-01', '2026-03-02'] });
    device.hands.edit(id, { from: '2026-03-01T10:00', to: '2026-03-01T11:00', zone: 'Asia/Tokyo' });
    expect(device.store.all()[0]).toContain('<Start>2026-03-01T10:00:00Z</Start>');
    device.hands.edit(id, { zone: '' });
    expect(device.store.all()[0]).toContain('<Start>2026-03-01T10:00:00</Start>');
  });
});

describe('writing', () => {
  const names = ['appointment-01-zone', 'appointment-02-floating', 'appointment-03-allday-one']
    .concat(['appointment-04-allday-three', 'recurrence-02-weekly-2-mo-we-until'])
    .concat(['recurrence-09-monthly-2nd-last-friday', 'recurrence-14-daily-deleted-occurrence']);

  it.each(names)('%s comes out as it went in', (name) => {
    const sample = example(name);
    const id = device.hands.add(sample);
    expect(device.store.all()[0]).toBe(sample.replace(/\{8b6d.*\}:\d+/, id).trimEnd());
    expect(device.notices).toEqual([]);
  });

  it('takes a desktop’s complete create whole', () => {
    device.store.begin();
    expect(device.store.create(Buffer.from(example('appointment-05-desktop-create')), 1)).toMatchObject({
      serverId: 'AAMkAGNhbA-77',
    });
    expect(device.notices).toEqual([]);
  });

  const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/\p{Cc}/gu, ''));
  const date = fc
    .integer({ min: 0, max: 20_000 })
    .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
  const plain = fc.record(
    {
      Description: text,
      Location: text,
      Notes: text.map((value) => (value.trim() === '' ? '' : value)),
      zone: fc.constantFrom('', 'Europe/Oslo', 'UTC'),
      alarm: fc.record({
        type: fc.constantFrom('Visible' as const, 'Audible' as const),
        delay: fc.integer({ min: -9999, max: 9999 }),
      }),
      customFields: fc.dictionary(
        text.filter((value) => value !== '' && value === value.toUpperCase()),
        text,
      ),
    },
    { requiredKeys: [] },
  );
  const when = fc.oneof(
    date.map((day) => ({ from: `${day}T09:30`, to: `${day}T10:15` })),
    date.map((day) => ({ days: [day, day] as const })),
  );
  const single: fc.Arbitrary<AppointmentInput> = fc
    .tuple(plain, when)
    .map(([fields, times]) => ({ ...fields, ...times }));
  const any: fc.Arbitrary<AppointmentInput> = fc
    .record({
      base: single,
      repeat: fc.option(
        fc.record({
          type: fc.constantFrom(...REPEAT_TYPES),
          frequency: fc.integer({ min: 1, max: 99 }),
          weekMask: fc.subarray([...WEEKDAYS]),
        }),
      ),
      exceptions: fc.dictionary(date, fc.oneof(fc.constant('deleted' as const), single), { maxKeys: 3 }),
    })
    .map(({ base, repeat, exceptions }) => (repeat ? { ...base, repeat, exceptions } : base));

  it('any appointment comes back the same when its own document is imported', () => {
    fc.assert(
      fc.property(any, (input) => {
        const made = new StoreBench(appointmentKind, enterAppointment);
        const id = made.hands.add(input);
        const withoutIds = (): string => made.store.all()[0]!.replace(/\{.*?\}:\d+/g, '');
        const before = withoutIds();
        made.store.editByHand(id, made.store.import(made.store.all()[0]!), 0);
        expect(withoutIds()).toBe(before);
        expect(made.notices).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
