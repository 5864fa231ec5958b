/** Random appointments as field maps: floating, zoned and of whole days, single and in series with exceptions. */
import fc from 'fast-check';
import { addDays, addMinutes } from '../../datasets/calendar/days.ts';
import {
  occurrencesOf,
  repeatFields,
  ruleOf,
  toGraph,
  type RecurrenceRule,
} from '../../datasets/calendar/recurrence/index.ts';
import { exceptionKey, exceptionsOf } from '../../datasets/calendar/repeat.ts';
import { isAllDay, whenOn } from '../../datasets/calendar/when.ts';
import { utcOfWallClock, wallClockOfUtc } from '../../datasets/calendar/zones/index.ts';
import { calendar, DELETED, type FieldKey, type Fields, type FieldValue } from '../../datasets/index.ts';
import { elementOf, isGroup, textOf } from '../../datasets/record/keys.ts';
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

export interface HoldableOptions {
  /** From when on approximations are right. */
  readonly from: string;
  /** IANA name of the zone in which floating times are written. */
  readonly mailboxZone: string;
}

/**
 * Appointments that Outlook can hold: no time that a change to summer time skips, occurrences that stay on their day and in
 * the categories of their series, and where a rule is approximated none changed before or after that is right.
 */
export function holdableAppointment(options: HoldableOptions): fc.Arbitrary<Fields> {
  return arbitraryAppointment()
    .map((fields) => holdable(fields, options))
    .filter((fields) => {
      const occurrences = exceptionsOf(fields).flatMap(([, value]) => (isGroup(value) ? [value] : []));
      return [fields, ...occurrences].every((each) => exists(each, options));
    });
}

function holdable(fields: Fields, { from }: HoldableOptions): Fields {
  const result: Record<FieldKey, FieldValue> = { ...fields };
  const categories = Object.entries(fields).filter(([key]) => elementOf(key) === 'Categories');
  const rule = ruleOf(fields);
  const isApproximated = rule !== undefined && toGraph(rule, { from }).losses.length > 0;
  for (const [date, value] of exceptionsOf(fields)) {
    if (isApproximated && (date < from || date > addDays(from, 1800)))
      Reflect.deleteProperty(result, exceptionKey(date));
    else if (isGroup(value)) {
      const contents = Object.entries(value).filter(([key]) => elementOf(key) !== 'Categories');
      const When = whenOn(value.When, date) ?? '';
      result[exceptionKey(date)] = { ...Object.fromEntries([...contents, ...categories]), When };
    }
  }
  return calendar.normalise(result);
}

function exists({ When: when, TimeZone: zone }: Fields, { mailboxZone }: HoldableOptions): boolean {
  if (!isGroup(when) || isAllDay(when)) return true;
  const name = textOf(zone) || mailboxZone;
  return [textOf(when.Start), textOf(when.End)].every((local) => {
    const utc = utcOfWallClock(local, name);
    return utc !== undefined && wallClockOfUtc(utc, name) === local;
  });
}
