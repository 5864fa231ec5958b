/** Random appointments as field maps: floating, zoned and of whole days, single and in series with exceptions. */
import fc from 'fast-check';
import { addDays, addMinutes } from '../../datasets/calendar/days.ts';
import {
  occurrencesOf,
  repeatFields,
  type RecurrenceRule,
} from '../../datasets/calendar/recurrence/index.ts';
import { exceptionKey } from '../../datasets/calendar/repeat.ts';
import { whenOn } from '../../datasets/calendar/when.ts';
import { calendar, DELETED, type Fields, type FieldValue } from '../../datasets/index.ts';
import { arbitraryCategories, arbitraryCustomFields, arbitraryLine, arbitraryNotes } from './contacts.ts';
import { arbitraryRule } from './rules.ts';

const zones = fc.constantFrom(
  'Europe/Oslo',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'UTC',
);

/** Texts, alarm and lists: what records and the occurrences of a series both have. */
const contents: fc.Arbitrary<Fields> = fc
  .tuple(
    fc.record(
      {
        Description: arbitraryLine,
        Location: arbitraryLine,
        Notes: arbitraryNotes,
        Alarm: fc.record({
          Delay: fc.integer({ min: -1440, max: 40_320 }).map(String),
          Type: fc.constantFrom('Visible', 'Audible'),
        }),
      },
      { requiredKeys: [] },
    ),
    arbitraryCategories,
    arbitraryCustomFields,
  )
  .map(([texts, labels, pairs]) => ({ ...texts, ...labels, ...pairs }));

/** When and zone of an appointment that begins on a date; times without seconds, as devices have them. */
function times(date: string): fc.Arbitrary<Fields> {
  const timed = fc
    .record({ minute: fc.integer({ min: 0, max: 1439 }), length: fc.integer({ min: 5, max: 4000 }) })
    .map(({ minute, length }) => {
      const start = addMinutes(`${date}T00:00:00`, minute);
      return { When: { End: addMinutes(start, length), Start: start } };
    });
  return fc.oneof(
    fc
      .integer({ min: 0, max: 9 })
      .map((days) => ({ When: { EndDate: addDays(date, days), StartDate: date } })),
    timed,
    fc.tuple(timed, zones).map(([when, zone]) => ({ ...when, TimeZone: zone })),
  );
}

/** Some occurrences taken away, some moved by up to a month and changed. */
function exceptions(rule: RecurrenceRule, series: Fields): fc.Arbitrary<Fields> {
  const dates = occurrencesOf(rule, { from: rule.start, to: addDays(rule.start, 1000) });
  const moved = fc
    .tuple(contents, fc.integer({ min: -30, max: 30 }))
    .map(([content, days]) => ({ content, days }));
  return fc
    .subarray(dates.slice(0, 40), { maxLength: Math.min(4, dates.length) })
    .chain((chosen) => fc.tuple(...chosen.map((date) => fc.tuple(fc.constant(date), fc.option(moved)))))
    .map((entries) =>
      Object.fromEntries(
        entries.map(([date, change]): [string, FieldValue] => {
          if (change === null) return [exceptionKey(date), DELETED];
          const when = whenOn(series.When, addDays(date, change.days)) ?? '';
          const zone = series.TimeZone === undefined ? {} : { TimeZone: series.TimeZone };
          return [exceptionKey(date), { ...change.content, ...zone, When: when }];
        }),
      ),
    );
}

/** An appointment with any of its fields, each of them valid, nothing side-local among them. */
export function arbitraryAppointment(): fc.Arbitrary<Fields> {
  return fc
    .tuple(contents, arbitraryRule, fc.boolean())
    .chain(([content, rule, repeats]) =>
      times(rule.start).chain((when) => {
        const single = { ...content, ...when };
        if (!repeats) return fc.constant(single);
        const series = { ...single, ...repeatFields(rule) };
        return exceptions(rule, series).map((changes) => ({ ...series, ...changes }));
      }),
    )
    .map((fields) => calendar.normalise(fields));
}
