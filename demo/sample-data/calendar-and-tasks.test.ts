import { describe, expect, it } from 'vitest';
import {
  exceptionsOf,
  fromGraph,
  occursOn,
  ruleOf,
  toGraph,
  utcOfWallClock,
} from '../../datasets/calendar/index.ts';
import { calendar, stableJson, tasks, type DatasetDefinition, type Fields } from '../../datasets/index.ts';
import { isGroup, textOf } from '../../datasets/record/keys.ts';
import { occurrencesBetween } from '../../device/calendar/occurrences.ts';
import { enterAppointment } from '../../test/device-2009/appointment/input.ts';
import { appointmentKind } from '../../test/device-2009/appointment/kind.ts';
import { StoreBench } from '../../test/device-2009/store-bench.ts';
import { enterTask } from '../../test/device-2009/task/input.ts';
import { taskKind } from '../../test/device-2009/task/kind.ts';
import { localToken, startMailbox } from '../mailbox/mailbox.ts';
import { makeAppointments, SAMPLE_DAY } from './appointments.ts';
import { calendarSides, meetingWithAttendees, taskSides } from './sides.ts';
import { makeTasks } from './tasks.ts';

const APPOINTMENTS = makeAppointments({ count: 600, seed: 1, recurringPart: 0.2 });
const TASKS = makeTasks({ count: 300, seed: 1 });
const SERIES = APPOINTMENTS.filter((fields) => fields.Repeat !== undefined);

const everything: readonly (readonly [DatasetDefinition, readonly Fields[]])[] = [
  [calendar, [...APPOINTMENTS, ...calendarSides().outlook, ...calendarSides().device]],
  [tasks, [...TASKS, ...taskSides().outlook, ...taskSides().device]],
];

describe('sample appointments and tasks', () => {
  it('are the same at every run, each with a title of its own', () => {
    expect(makeAppointments({ count: 600, seed: 1, recurringPart: 0.2 })).toEqual(APPOINTMENTS);
    expect(makeTasks({ count: 300, seed: 1 })).toEqual(TASKS);
    for (const records of [APPOINTMENTS, TASKS]) {
      expect(new Set(records.map(({ Description: title }) => title)).size).toBe(records.length);
    }
  });

  it('are records of their dataset, consistent in themselves, which devices hold as they are', () => {
    for (const [definition, records] of everything) {
      for (const fields of records) {
        for (const [key, value] of Object.entries(fields)) {
          expect(definition.problem(key, value), `${key} ${JSON.stringify(value)}`).toBeUndefined();
        }
        expect(definition.normalise(fields)).toEqual(fields);
        expect(definition.rendition('device', fields, SAMPLE_DAY)).toEqual(fields);
      }
    }
  });

  it('reach a device of 2009 without a loss, and without anything that it would do otherwise', () => {
    const benches = [new StoreBench(appointmentKind, enterAppointment), new StoreBench(taskKind, enterTask)];
    for (const [index, [definition, records]] of everything.entries()) {
      const { store, notices } = benches[index]!;
      store.begin();
      for (const fields of records) {
        const xml = definition.write(fields, { id: 'srv', own: false, style: 'desktop' });
        expect(store.create(Buffer.from(xml), 1).kind).toBe('created');
      }
      store.commit();
      const held = store.all().map((xml) => {
        const outcome = definition.read(xml);
        return stableJson(definition.canonical(outcome.ok ? outcome.record.fields : {}));
      });
      expect(held).toEqual(records.map((fields) => stableJson(definition.canonical(fields))));
      expect(notices).toEqual([]);
    }
  });

  it('lie around the day that is named', () => {
    const [fields] = makeAppointments({ count: 1, seed: 5, around: '2031-05-05' });
    expect(JSON.stringify(fields?.When)).toMatch(/203[012]-/);
    expect(calendarSides('2031-05-05').outlook[0]?.When).toEqual({
      End: '2031-04-07T10:45:00',
      Start: '2031-04-07T10:00:00',
    });
  });
});

describe('sample appointments', () => {
  it('repeat as often as was asked for, each series with exceptions of its own occurrences', () => {
    expect(SERIES).toHaveLength(120);
    for (const fields of SERIES) {
      const rule = ruleOf(fields)!;
      const dates = exceptionsOf(fields).map(([date]) => date);
      expect(dates.length).toBeGreaterThan(0);
      expect(dates.filter((date) => !occursOn(rule, date) || date === rule.start)).toEqual([]);
    }
    const exceptions = SERIES.flatMap((fields) => exceptionsOf(fields).map(([, value]) => isGroup(value)));
    expect(new Set(exceptions)).toEqual(new Set([true, false]));
  });

  it('repeat in ways that Outlook and devices say alike', () => {
    for (const fields of SERIES) {
      const rule = ruleOf(fields)!;
      const { recurrence, losses } = toGraph(rule, { from: SAMPLE_DAY });
      expect(losses).toEqual([]);
      expect(fromGraph(recurrence, { from: SAMPLE_DAY })).toMatchObject({
        ok: true,
        mapping: { losses: [] },
      });
    }
  });

  it('are zoned, floating and of whole days, in several alphabets', () => {
    const zoned = APPOINTMENTS.filter((fields) => fields.TimeZone !== undefined);
    const allDay = APPOINTMENTS.filter(({ When: when }) => isGroup(when) && 'StartDate' in when);
    expect(Math.min(zoned.length, allDay.length, 600 - zoned.length - allDay.length)).toBeGreaterThan(50);
    for (const script of ['Latin', 'Greek', 'Cyrillic', 'Hebrew', 'Arabic', 'Han', 'Hangul']) {
      const letters = new RegExp(`\\p{Script=${script}}`, 'u');
      expect(
        APPOINTMENTS.some((fields) => letters.test(textOf(fields.Description))),
        script,
      ).toBe(true);
    }
    for (const fields of zoned) {
      const start = isGroup(fields.When) ? textOf(fields.When.Start) : '';
      expect(utcOfWallClock(start, textOf(fields.TimeZone))).toBeDefined();
    }
  });
});

describe('sample tasks', () => {
  it('are in all states, of all priorities, due and not', () => {
    const values = (key: string): Set<unknown> => new Set(TASKS.map((fields) => fields[key]));
    expect(values('Status')).toEqual(new Set([undefined, 'InProgress', 'Waiting', 'Deferred', 'Completed']));
    expect(values('Priority')).toEqual(new Set([undefined, 'VeryHigh', 'High', 'Low', 'VeryLow']));
    expect(TASKS.some((fields) => fields.DueDate === undefined)).toBe(true);
  });
});

describe('what the demo’s sides begin with', () => {
  const labels = (definition: DatasetDefinition, records: readonly Fields[]): Set<string> =>
    new Set(records.map((fields) => definition.label(fields)));

  it('is partly the same', () => {
    for (const [definition, { outlook, device, shared }] of [
      [calendar, calendarSides()],
      [tasks, taskSides()],
    ] as const) {
      const there = labels(definition, outlook);
      expect(device.filter((fields) => there.has(definition.label(fields)))).toHaveLength(shared);
      expect(there.size).toBe(outlook.length);
    }
  });

  it('shows a moved and a missing meeting, a change of clocks, and the last Friday', () => {
    const { outlook, device } = calendarSides();
    const stored = [...outlook, ...device].map((fields, index) => ({ id: `${index}`, fields }));
    const starts = (title: string, from: string, to: string): string[] =>
      occurrencesBetween(stored, { from, to }, 'Europe/Oslo')
        .filter(({ fields }) => fields.Description === title)
        .map(({ shown }) => shown.from);
    expect(starts('Team meeting', '2026-03-02', '2026-03-23')).toEqual([
      '2026-03-02T10:00:00',
      '2026-03-10T13:00:00',
      '2026-03-23T10:00:00',
    ]);
    expect(starts('Call with Portland', '2026-03-05', '2026-04-02')).toEqual([
      '2026-03-05T15:00:00',
      '2026-03-12T14:00:00',
      '2026-03-19T14:00:00',
      '2026-03-26T14:00:00',
      '2026-04-02T15:00:00',
    ]);
    expect(starts('Chorprobe', '2026-03-15', '2026-04-05')).toEqual([
      '2026-03-19T19:30:00',
      '2026-04-02T19:30:00',
    ]);
    expect(starts('Månedsslutt: rapport', '2026-03-01', '2026-05-31')).toEqual([
      '2026-03-27T15:00:00',
      '2026-04-24T15:00:00',
      '2026-05-29T15:00:00',
    ]);
    expect(starts('Γενέθλια της Ελένης', '2026-03-01', '2026-03-31')).toEqual(['2026-03-19']);
    expect(starts('京都出張', '2026-03-25', '2026-03-25')).toEqual(['2026-03-23']);
  });
});

it('the meeting with other people is an event that Outlook takes', async () => {
  const mailbox = await startMailbox();
  try {
    const { event } = meetingWithAttendees();
    const answer = await fetch(`${mailbox.url}/v1.0/me/events`, {
      method: 'POST',
      body: JSON.stringify(event),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${localToken('ada')}` },
    });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({
      subject: event.subject,
      attendees: [{ type: 'required' }, { type: 'optional', emailAddress: { name: '山田花子' } }],
    });
  } finally {
    await mailbox.close();
  }
});
