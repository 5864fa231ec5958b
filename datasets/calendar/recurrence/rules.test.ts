// What rules do that the worked examples do not show (spec: datasets 8.1, 8.3, 8.5; rows 94 to 100 of the catalogue).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { occurrencesOf } from './expand.ts';
import { fromGraph, renewed, toGraph } from './graph.ts';
import { normalForm, sameOccurrences } from './normal-form.ts';
import type { PatternedRecurrence, RecurrencePattern } from './patterned-recurrence.ts';
import { fromRRule } from './rrule.ts';
import { rruleText } from './rrule-text.ts';
import { ruleOf, type RecurrenceRule } from './rule.ts';
import type { Mapped } from './series-mapping.ts';

const FROM = '2026-01-01';

const rule = (
  start: string,
  type: RecurrenceRule['type'],
  rest: Partial<RecurrenceRule> = {},
): RecurrenceRule => ({
  start,
  type,
  frequency: 1,
  weekdays: [],
  nearest: false,
  until: undefined,
  ...rest,
});
const first = (count: number, of: RecurrenceRule, to = '2028-12-31') =>
  occurrencesOf(of, { from: of.start, to }).slice(0, count);
const mappingOf = <T>(result: Mapped<T>): T => {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.mapping;
};
const graph = (
  pattern: RecurrencePattern,
  startDate: string,
  range: Partial<PatternedRecurrence['range']> = {},
): PatternedRecurrence => ({ pattern, range: { type: 'noEnd', startDate, ...range } });

describe('occurrences', () => {
  test('#94 every 3 months on the 31st: the quarters without one are left out', () => {
    expect(first(4, rule('2025-01-31', 'MonthlyDate', { frequency: 3 }))).toEqual([
      ...['2025-01-31', '2025-07-31', '2025-10-31', '2026-01-31'],
    ]);
  });

  test('#95 every 3 weeks from Friday to Sunday, in blocks counted from the start', () => {
    const weekdays = ['Friday', 'Saturday', 'Sunday'] as const;
    expect(first(9, rule('2026-01-02', 'Weekly', { frequency: 3, weekdays }))).toEqual([
      ...['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-23', '2026-01-24', '2026-01-25'],
      ...['2026-02-13', '2026-02-14', '2026-02-15'],
    ]);
  });

  test('#96 the fifth-last Saturday', () => {
    expect(first(5, rule('2026-01-03', 'MonthlyEndDay'))).toEqual([
      ...['2026-01-03', '2026-05-02', '2026-08-01', '2026-10-03', '2027-01-02'],
    ]);
  });

  test('#97 an empty mask means the weekday of the start', () => {
    const fields = {
      When: { StartDate: '2026-01-06', EndDate: '2026-01-06' },
      Repeat: { Type: 'Weekly', Frequency: '1' },
    };
    expect(first(3, ruleOf(fields)!)).toEqual(['2026-01-06', '2026-01-13', '2026-01-20']);
  });

  test('a mask without the weekday of the start has it all the same', () => {
    const fields = {
      When: { StartDate: '2026-01-07', EndDate: '2026-01-07' },
      Repeat: { Type: 'Weekly', Frequency: '1', WeekMask: 'Monday' },
    };
    expect(first(3, ruleOf(fields)!)).toEqual(['2026-01-07', '2026-01-12', '2026-01-14']);
  });

  test('an end before the start leaves the first occurrence', () => {
    expect(first(3, rule('2026-01-07', 'Daily', { until: '2020-01-01' }))).toEqual(['2026-01-07']);
    expect(normalForm(rule('2026-01-07', 'Daily', { until: '2020-01-01' })).until).toBe('2026-01-07');
  });
});

describe('the normal form', () => {
  test.each<[string, RecurrenceRule, RecurrenceRule]>([
    [
      'the fifth weekday or else the fourth is the last',
      rule('2026-01-29', 'MonthlyDay', { nearest: true }),
      rule('2026-01-29', 'MonthlyEndDay'),
    ],
    [
      'the fifth-last weekday or else the fourth-last is the first',
      rule('2026-01-03', 'MonthlyEndDay', { nearest: true }),
      rule('2026-01-03', 'MonthlyDay'),
    ],
    [
      'every 24 months is every second year',
      rule('2024-02-29', 'MonthlyDate', { frequency: 24, nearest: true }),
      rule('2024-02-29', 'Yearly', { frequency: 2, nearest: true }),
    ],
    [
      'all seven days of every week are every day',
      rule('2026-01-05', 'Weekly', {
        weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
      }),
      rule('2026-01-05', 'Daily'),
    ],
    [
      '“nearest” where every month is long enough',
      rule('2026-01-31', 'MonthlyDate', { frequency: 6, nearest: true }),
      rule('2026-01-31', 'MonthlyDate', { frequency: 6 }),
    ],
  ])('%s', (_, a, b) => {
    expect(sameOccurrences(a, b)).toBe(true);
    expect(normalForm(a)).toEqual(normalForm(b));
  });

  test('#83 an end is that of the last occurrence', () => {
    const until = (date: string) => rule('2001-01-01', 'MonthlyDay', { frequency: 4, until: date });
    expect(normalForm(until('2002-06-01')).until).toBe('2002-05-06');
    expect(sameOccurrences(until('2002-06-01'), until('2002-05-06'))).toBe(true);
    expect(sameOccurrences(until('2002-06-01'), until('2002-05-05'))).toBe(false);
  });

  test('“nearest” on the 31st of every month is another rule', () => {
    expect(
      sameOccurrences(
        rule('2026-01-31', 'MonthlyDate'),
        rule('2026-01-31', 'MonthlyDate', { nearest: true }),
      ),
    ).toBe(false);
  });
});

describe('from Graph', () => {
  const twoWeekly: PatternedRecurrence = graph(
    { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'wednesday'], firstDayOfWeek: 'sunday' },
    '2026-01-07',
  );

  test('#93 #98 row 17: weeks that begin on another day than the series give it a phantom start', () => {
    const mapping = mappingOf(fromGraph(twoWeekly, { from: FROM }));
    expect(mapping.rule).toEqual(
      rule('2026-01-05', 'Weekly', { frequency: 2, weekdays: ['Monday', 'Wednesday'] }),
    );
    expect(mapping.deletedInRecord).toEqual(['2026-01-05']);
    expect(first(6, mapping.rule)).toEqual([
      ...['2026-01-05', '2026-01-07', '2026-01-19', '2026-01-21', '2026-02-02', '2026-02-04'],
    ]);
    const back = toGraph(mapping.rule, { from: FROM, deleted: mapping.deletedInRecord });
    expect(back.recurrence.range.startDate).toBe('2026-01-07');
    expect(back.deletedInRecord).toEqual(['2026-01-05']);
    expect(back.deletedInOther).toEqual([]);
  });

  test('a first occurrence that a person took away is no phantom', () => {
    const back = toGraph(rule('2026-01-05', 'Daily'), { from: FROM, deleted: ['2026-01-05'] });
    expect(back.recurrence.range.startDate).toBe('2026-01-05');
    expect(back.deletedInRecord).toEqual([]);
  });

  test('a series on the 31st that begins in February gets a phantom start in January', () => {
    const mapping = mappingOf(
      fromGraph(graph({ type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 }, '2026-02-10'), {
        from: FROM,
      }),
    );
    expect(mapping.rule).toEqual(rule('2026-01-31', 'MonthlyDate', { nearest: true }));
    expect(mapping.deletedInRecord).toEqual(['2026-01-31']);
  });

  test('#64 a start that does not fit its rule moves to the first that does', () => {
    const monday = graph({ type: 'weekly', interval: 1, daysOfWeek: ['monday'] }, '2026-01-07');
    expect(mappingOf(fromGraph(monday, { from: FROM })).rule.start).toBe('2026-01-12');
  });

  test('#93 row 20: a number of occurrences becomes the date of the last one', () => {
    const ten = graph({ type: 'weekly', interval: 1, daysOfWeek: ['friday'] }, '2026-01-02', {
      type: 'numbered',
      numberOfOccurrences: 10,
    });
    expect(mappingOf(fromGraph(ten, { from: FROM })).rule.until).toBe('2026-03-06');
  });

  test('every weekday is weekly from Monday to Friday', () => {
    const daysOfWeek = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
    const { rule: found } = mappingOf(
      fromGraph(graph({ type: 'weekly', interval: 1, daysOfWeek }, '2026-01-05'), { from: FROM }),
    );
    expect(found).toMatchObject({ type: 'Weekly', frequency: 1, start: '2026-01-05' });
    expect(found.weekdays).toHaveLength(5);
  });

  test('the first working day of the month: one by one for five years from any day of the year, and told as L-R3', () => {
    const daysOfWeek = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
    const recurrence = graph(
      { type: 'relativeMonthly', interval: 1, daysOfWeek, index: 'first' },
      '2026-01-01',
    );
    const mapping = mappingOf(fromGraph(recurrence, { from: FROM }));
    expect(mapping.losses).toMatchObject([{ code: 'L-R3', until: '2032-01-02' }]);
    expect(mapping.rule.until).toBe('2032-01-01');
    expect(mapping.moved.slice(0, 3)).toEqual([
      { record: '2026-02-01', other: '2026-02-02', real: '2026-02-02' },
      { record: '2026-03-01', other: '2026-03-02', real: '2026-03-02' },
      { record: '2026-08-01', other: '2026-08-03', real: '2026-08-03' },
    ]);
    // What Graph has stays as it is, although our rule is not it.
    const back = toGraph(mapping.rule, { from: FROM, held: recurrence });
    expect(back.recurrence).toBe(recurrence);
  });

  test('what makes no sense and what never takes place is refused', () => {
    const refused = (recurrence: PatternedRecurrence) => {
      const result = fromGraph(recurrence, { from: FROM });
      return result.ok ? 'mapped' : `${result.refusal.code} ${result.refusal.sentence}`;
    };
    expect(refused(graph({ type: 'weekly', interval: 1 }, '2026-01-05'))).toMatch(/^L-R3 .*lacks a part/);
    expect(refused(graph({ type: 'daily', interval: 0 }, '2026-01-05'))).toMatch(/^L-R3 /);
    expect(
      refused(
        graph({ type: 'daily', interval: 1 }, '2026-01-05', { type: 'endDate', endDate: '2026-01-01' }),
      ),
    ).toMatch(/^L-R3 .*no occurrence/);
    expect(
      refused(
        graph({ type: 'daily', interval: 1 }, '2026-01-05', {
          type: 'numbered',
          numberOfOccurrences: 99_999,
        }),
      ),
    ).toMatch(/^L-R3 .*99999/);
  });
});

describe('recurrences out of all measure', () => {
  const outcome = (text: string, start: string) => {
    const result = fromRRule(text, { start, from: FROM });
    return result.ok ? result.mapping.rule.until : result.refusal.sentence;
  };

  test.each([
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '2026-01-05'],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31', '2026-02-05'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '9997-03-01'],
    ['FREQ=WEEKLY;INTERVAL=9999;BYDAY=MO', '9990-01-05'],
  ])('%s from %s never takes place', (text, start) => {
    expect(outcome(text, start)).toBe('The recurrence has no occurrence.');
  });

  test.each([
    ['FREQ=DAILY;COUNT=10000', '0001-01-01', '0028-05-18'],
    ['FREQ=DAILY;INTERVAL=9999;COUNT=10000', '2026-01-05', undefined],
    ['FREQ=YEARLY;INTERVAL=3;COUNT=9999', '9990-01-05', undefined],
  ])('%s from %s ends on %s', (text, start, until) => {
    expect(outcome(text, start)).toBe(until);
  });

  test.each(['', 'x', '2026-13-01', '0000-00-00'])('%j is no first date', (startDate) => {
    const result = fromGraph(graph({ type: 'daily', interval: 1 }, startDate), { from: FROM });
    expect(result.ok ? '' : result.refusal.sentence).toBe('The recurrence has no first date.');
  });

  test.each([0, 1.5, 99_999, Number.NaN])('%d is no interval', (interval) => {
    expect(fromGraph(graph({ type: 'daily', interval }, '2026-01-05'), { from: FROM }).ok).toBe(false);
  });

  test('any text is a rule or refused', () => {
    const value = fc.oneof(
      fc.integer({ min: -40, max: 12_000 }).map(String),
      fc.constantFrom(
        'MO',
        '-1FR',
        '5TH',
        'MO,TU,WE',
        '28,29',
        '-1',
        '1,15',
        '20260301',
        '99991231T235959Z',
        'x',
      ),
    );
    const part = fc
      .tuple(
        fc.constantFrom('INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'WKST', 'UNTIL', 'COUNT'),
        value,
      )
      .map((pair) => pair.join('='));
    const texts = fc
      .tuple(fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'), fc.uniqueArray(part, { maxLength: 4 }))
      .map(([frequency, parts]) => [`FREQ=${frequency}`, ...parts].join(';'));
    fc.assert(
      fc.property(
        fc.oneof(texts, fc.string()),
        fc.constantFrom('2026-01-31', '9999-12-31'),
        (text, start) => {
          const result = fromRRule(text, { start, from: FROM });
          if (result.ok) expect(result.mapping.rule.start).toMatch(/^\d{4}-\d{2}-\d{2}$/);
          else expect(result.refusal.code).toBe('L-R3');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('an approximation near the end of time is one', () => {
    const daysOfWeek = ['monday', 'tuesday'] as const;
    const recurrence = graph(
      { type: 'relativeMonthly', interval: 1, daysOfWeek, index: 'last' },
      '9998-01-01',
    );
    expect(mappingOf(fromGraph(recurrence, { from: FROM })).rule.until).toMatch(/^9999-12/);
    expect(toGraph(rule('9998-01-31', 'MonthlyDate'), { from: FROM }).deletedInOther).toContain('9999-11-30');
  });
});

describe('to Graph', () => {
  test('#109 the second-last Friday is put right one by one, moved within its month', () => {
    const mapping = toGraph(rule('2026-01-23', 'MonthlyEndDay', { until: '2026-03-20' }), { from: FROM });
    expect(mapping.moved).toEqual([
      { record: '2026-02-20', other: '2026-02-27', real: '2026-02-20' },
      { record: '2026-03-20', other: '2026-03-27', real: '2026-03-20' },
    ]);
    // Graph's end must not cut off the occurrence that is moved to an earlier day.
    expect(mapping.recurrence.range.endDate).toBe('2026-03-27');
  });

  test('#109 29 February: what Outlook adds in common years is taken away for ten years, and told until when', () => {
    const mapping = toGraph(rule('2024-02-29', 'Yearly'), { from: FROM });
    const years = [2026, 2027, 2029, 2030, 2031, 2033, 2034, 2035];
    expect(mapping.deletedInOther).toEqual(years.map((year) => `${year}-02-28`));
    expect(mapping.losses).toMatchObject([{ code: 'L-R1', until: '2037-01-31' }]);
  });

  test('a series that ends sooner is right for ever: nothing is told of a date', () => {
    const mapping = toGraph(rule('2026-01-31', 'MonthlyDate', { until: '2027-12-31' }), { from: FROM });
    expect(mapping.losses.map(({ code, until }) => [code, until])).toEqual([['L-R1', undefined]]);
  });

  describe('corrections of a series that is written again', () => {
    const written = toGraph(rule('2024-02-29', 'Yearly'), { from: FROM });

    test('stay while they reach five years ahead', () => {
      expect(renewed(written, '2030-01-01')).toBe(written);
    });

    test('reach on where they do not, and those of the past stay', () => {
      const again = renewed(written, '2032-01-01');
      expect(again.corrected).toEqual({ from: '2026-01-01', to: '2043-01-31' });
      expect(again.deletedInOther).toEqual(expect.arrayContaining([...written.deletedInOther]));
      expect(again.deletedInOther.at(-1)).toBe('2042-02-28');
      expect(again.recurrence).toBe(written.recurrence);
    });
  });
});

describe('RRULE', () => {
  const back = (text: string, start = '2026-01-31') => mappingOf(fromRRule(text, { start, from: FROM })).rule;

  test.each([
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
    'RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD',
    'RRULE:freq=monthly;bymonthday=31;skip=backward;rscale=gregorian',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1',
  ])('%s is the last day of the month', (text) => {
    expect(back(text)).toEqual(rule('2026-01-31', 'MonthlyDate', { nearest: true }));
  });

  test.each([
    ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', '2026-01-05'],
    ['FREQ=WEEKLY;BYDAY=FR,TH,WE,TU,MO', '2026-01-05'],
  ])('%s is every weekday', (text, start) => {
    expect(back(text, start)).toMatchObject({ type: 'Weekly', frequency: 1 });
    expect(back(text, start).weekdays).toHaveLength(5);
  });

  test.each([
    'FREQ=HOURLY',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    'FREQ=MONTHLY;BYDAY=MO,TU',
    'FREQ=DAILY;INTERVAL=2;BYDAY=MO',
    'FREQ=YEARLY;BYDAY=20MO',
    'FREQ=YEARLY;BYYEARDAY=100',
    'FREQ=MONTHLY;BYMONTH=1;BYMONTHDAY=3',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=3;UNTIL=20260101',
    'FREQ=DAILY;UNTIL=yesterday',
    'FREQ=DAILY;INTERVAL=x',
    'FREQ=DAILY;FREQ=WEEKLY',
    'x',
    '',
  ])('%j is refused as L-R3', (text) => {
    const result = fromRRule(text, { start: '2026-01-05', from: FROM });
    expect(result.ok ? undefined : result.refusal.code).toBe('L-R3');
  });

  test('#93 row 20: COUNT=10 is UNTIL', () => {
    expect(back('FREQ=WEEKLY;COUNT=10', '2026-01-02').until).toBe('2026-03-06');
  });

  test('#99 the end of a zoned series is the UTC time of an occurrence on that date, in summer and in winter', () => {
    const weekly = (until: string) => rule('2026-03-02', 'Weekly', { weekdays: ['Monday'], until });
    const time = { time: '10:00:00', zone: 'Europe/Oslo' };
    expect(rruleText(weekly('2026-03-23'), time)).toBe('FREQ=WEEKLY;UNTIL=20260323T090000Z');
    expect(rruleText(weekly('2026-03-30'), time)).toBe('FREQ=WEEKLY;UNTIL=20260330T080000Z');
    expect(rruleText(weekly('2026-03-30'), { time: '10:00:00' })).toBe('FREQ=WEEKLY;UNTIL=20260330T100000');
    for (const until of ['2026-03-23', '2026-03-30']) {
      const text = rruleText(weekly(until), time);
      const result = fromRRule(text, { start: '2026-03-02', from: FROM, time });
      expect(mappingOf(result).rule.until).toBe(until);
    }
  });

  test('an end before the time of an occurrence on its date leaves that one out', () => {
    const options = { start: '2026-03-02', from: FROM, time: { time: '10:00:00' } };
    expect(mappingOf(fromRRule('FREQ=DAILY;UNTIL=20260305T095959', options)).rule.until).toBe('2026-03-04');
    expect(mappingOf(fromRRule('FREQ=DAILY;UNTIL=20260305T100000', options)).rule.until).toBe('2026-03-05');
  });
});
