/** Recurrences that one side cannot say (spec: datasets 8.6 L-R1 to L-R3): how they are approximated, and for how long. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendar } from '../../../datasets/index.ts';
import { startCalendarBench, type CalendarBench } from '../../../test/support/calendar-bench.ts';
import { itemOf, updateOf, USER } from '../../../test/support/outlook-bench.ts';

let bench: CalendarBench;
beforeEach(async () => {
  bench = await startCalendarBench();
});
afterEach(async () => {
  expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
  await bench.close();
});

const A_YEAR = 365.25 * 86_400_000;
const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });

describe('series', () => {
  it.each([
    ['the 31st, row 6', '2026-01-31', { Frequency: '1', Type: 'MonthlyDate' }, 'L-R1'],
    ['the second-last Friday, row 9', '2026-01-23', { Frequency: '1', Type: 'MonthlyEndDay' }, 'L-R2'],
    ['the 29th of February, row 10', '2024-02-29', { Frequency: '1', Type: 'Yearly' }, 'L-R1'],
  ])('#109 name what Outlook cannot say once, and keep the rule: %s', async (_, date, Repeat, code) => {
    const fields = { Description: 'Rent', Repeat, When: { EndDate: date, StartDate: date } };
    const operation = { kind: 'create' as const, key: crypto.randomUUID(), fields };
    const [result] = await bench.apply(operation);
    expect(result).toMatchObject({
      problems: [{ code: `loss.${code}`, detail: 'until 2037-01-31' }],
    });
    const item = itemOf(result);
    expect(item.fields).toEqual(fields);
    const [renamed] = await bench.apply(updateOf(item, { ...fields, Description: 'Dues' }, calendar));
    expect(renamed).not.toHaveProperty('problems');
    expect((await bench.item(item.id)).fields).toEqual({ ...fields, Description: 'Dues' });
  });

  it('are read as they were written where the service does not tell exceptions with their series', async () => {
    const fields = {
      Description: 'Rent',
      Repeat: { Frequency: '1', Type: 'MonthlyEndDay' },
      When: { EndDate: '2026-01-23', StartDate: '2026-01-23' },
    };
    const { id } = await bench.create(fields);
    const before = bench.dump(id);
    bench.mailbox.admin.set({ seriesDetails: 'refused' });
    const item = await bench.item(id);
    expect(item.fields).toEqual(fields);
    await bench.update(item, { Description: 'Dues' });
    expect(Object.keys(bench.dump(id).exceptions)).toEqual(Object.keys(before.exceptions));
  });

  it('are put right for ten years, and for more once the series is written when these come to an end', async () => {
    const fields = {
      Description: 'Rent',
      Repeat: { Frequency: '1', Type: 'MonthlyDate' },
      When: { EndDate: '2026-01-31', StartDate: '2026-01-31' },
    };
    const item = await bench.create(fields);
    const lastTakenOut = () => bench.dump(item.id).cancelled.at(-1);
    expect(lastTakenOut()).toBe('2036-11-30');
    bench.clock.advance(4 * A_YEAR);
    const renamed = await bench.update(item, { Description: 'Dues' });
    expect(lastTakenOut()).toBe('2036-11-30');
    bench.clock.advance(2 * A_YEAR);
    const [again] = await bench.apply(updateOf(renamed, fields, calendar));
    expect(again).toMatchObject({ problems: [{ code: 'loss.L-R1', detail: 'until 2043-01-31' }] });
    expect(itemOf(again).fields).toEqual(fields);
    expect((await bench.item(item.id)).fields).toEqual(fields);
    expect(lastTakenOut()).toBe('2042-11-30');
    const { cancelled } = bench.dump(item.id);
    expect(cancelled).toHaveLength(17 * 5);
    expect(cancelled).toContain('2026-02-28');
  });

  const withoutDelta = { action: { kind: 'error', status: 400 }, path: 'delta', times: 1000 } as const;
  it.each([
    ['a list of changes tells nothing', () => undefined],
    ['there is no list of changes', () => bench.mailbox.admin.fail(withoutDelta)],
  ])('of rules that devices do not have reach on year by year, though %s (L-R3)', async (_, prepare) => {
    prepare();
    const pattern = {
      type: 'relativeMonthly',
      interval: 1,
      daysOfWeek: ['saturday', 'sunday'],
      index: 'first',
    };
    const recurrence = { pattern, range: { type: 'noEnd', startDate: '2026-01-03' } };
    const id = bench.seed({
      subject: 'Market',
      start: berlin('2026-01-03T10:00:00'),
      end: berlin('2026-01-03T11:00:00'),
      recurrence,
    });
    const first = await bench.read();
    expect(first.items.get(id)?.fields).toMatchObject({ 'Repeat@Until': '2032-01-03' });
    expect((await bench.read(first.anchor)).items.size).toBe(0);
    bench.clock.advance(A_YEAR);
    const { items } = await bench.read(first.anchor);
    expect(items.get(id)?.fields).toMatchObject({ 'Repeat@Until': '2033-01-01' });
  });

  it('of rules that devices do not have are put right one by one, and told (L-R3)', async () => {
    const recurrence = {
      pattern: {
        type: 'relativeMonthly',
        interval: 1,
        daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        index: 'first',
      },
      range: { type: 'noEnd', startDate: '2026-01-01' },
    };
    const start = berlin('2026-01-01T10:00:00');
    const id = bench.seed({ subject: 'First', start, end: berlin('2026-01-01T11:00:00'), recurrence });
    const item = await bench.item(id);
    expect(item.losses).toMatchObject([{ code: 'loss.L-R3' }]);
    const before = bench.dump(id);
    await bench.update(item, { Description: 'First working day' });
    expect(bench.dump(id)).toMatchObject({
      event: { recurrence: before.event.recurrence },
      cancelled: [],
      exceptions: {},
    });
  });
});
