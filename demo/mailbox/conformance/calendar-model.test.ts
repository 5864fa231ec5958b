import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { addDays } from '../time/zones.ts';
import { Caller, type Entity } from './caller.ts';

/**
 * Whatever happens in a calendar, a client that follows calendarView/delta by its rules ends with what calendarView
 * shows: on every row of a series it reads the days of the series again, since a deleted day has no row (spec: graph 3.6).
 */

let mailbox: Mailbox;
let run = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());

const window = 'startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-12-15T00:00:00Z';
const zone = 'W. Europe Standard Time';

const day = fc.integer({ min: -5, max: 20 }).map((days) => addDays('2026-12-01', days));
const event = fc
  .record({ start: day, count: fc.integer({ min: 0, max: 9 }), everySecondDay: fc.boolean() })
  .map(({ start, count, everySecondDay }) => ({
    subject: 'x',
    start: { dateTime: `${start}T10:00:00`, timeZone: zone },
    end: { dateTime: `${start}T11:00:00`, timeZone: zone },
    ...(count === 0
      ? {}
      : {
          recurrence: {
            pattern: { type: 'daily', interval: everySecondDay ? 2 : 1 },
            range: { type: 'numbered', startDate: start, numberOfOccurrences: count },
          },
        }),
  }));

interface Edit {
  readonly kind: 'move' | 'remove' | 'cancelDay' | 'moveDay';
  readonly which: number;
  readonly day: string;
}

type Step =
  | { readonly kind: 'create'; readonly event: Readonly<Record<string, unknown>> }
  | { readonly kind: 'round' }
  | { readonly kind: 'page' }
  | Edit;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), event }),
  fc.constantFrom({ kind: 'round' as const }, { kind: 'page' as const }),
  fc.record({
    kind: fc.constantFrom('move' as const, 'remove' as const, 'cancelDay' as const, 'moveDay' as const),
    which: fc.nat(10),
    day,
  }),
);

/** Follows the delta page by page; keeps the etag of every event and day in the window. */
class Follower {
  readonly #caller: Caller;
  readonly #known = new Map<string, { readonly etag: string; readonly series: string }>();
  #link = `/me/calendarView/delta?${window}`;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get known(): Map<string, string> {
    return new Map([...this.#known].map(([id, { etag }]) => [id, etag]));
  }

  async page(): Promise<'more' | 'done'> {
    const { status, body, text } = await this.#caller.call(this.#link);
    if (status !== 200) throw new Error(text);
    for (const row of body.value as Entity[]) await this.#take(row);
    const deltaLink = body['@odata.deltaLink'];
    this.#link = String(deltaLink ?? body['@odata.nextLink']);
    return deltaLink === undefined ? 'more' : 'done';
  }

  async round(): Promise<void> {
    for (let pages = 0; pages < 100; pages++) if ((await this.page()) === 'done') return;
    throw new Error('a round without end');
  }

  async #take(row: Entity): Promise<void> {
    if (row['@removed'] !== undefined) this.#forget(row.id);
    else if (row.type === 'seriesMaster') {
      this.#forget(row.id);
      for (const instance of await this.#instances(row.id)) this.#keep(instance, row.id);
    } else if (row.type === 'singleInstance') {
      this.#forget(row.id);
      this.#keep(row, row.id);
    }
  }

  async #instances(id: string): Promise<readonly Entity[]> {
    const path = `/me/events/${encodeURIComponent(id)}`;
    const { status } = await this.#caller.call(path);
    // The event may have gone, or lost its recurrence, since the row was made: the next round tells.
    const reply =
      status === 200 ? await this.#caller.call(`${path}/instances?${window}&$top=100`) : undefined;
    return reply?.status === 200 ? (reply.body.value as Entity[]) : [];
  }

  #keep(row: Entity, series: string): void {
    this.#known.set(row.id, { etag: String(row['@odata.etag']), series });
  }

  #forget(id: string): void {
    for (const [known, { series }] of this.#known) if (series === id) this.#known.delete(known);
  }
}

/** The step as a person does it; what cannot be done there is left. */
function carryOut(user: string, ids: string[], action: Edit): void {
  const { calendar } = mailbox.admin;
  const index = action.which % Math.max(ids.length, 1);
  const id = ids[index];
  if (id === undefined) return;
  const times = {
    start: { dateTime: `${action.day}T09:00:00`, timeZone: zone },
    end: { dateTime: `${action.day}T09:30:00`, timeZone: zone },
  };
  const days = mailbox.admin.dump(user).events.find((dumped) => dumped.id === id)!;
  const isSeries = days.event.type === 'seriesMaster';
  if (action.kind === 'move') calendar.edit(user, id, times);
  if (action.kind === 'remove') {
    calendar.remove(user, id);
    ids.splice(index, 1);
  }
  if (!isSeries || days.cancelled.includes(action.day)) return;
  try {
    if (action.kind === 'cancelDay') calendar.removeDay(user, id, action.day);
    if (action.kind === 'moveDay') calendar.editDay(user, id, action.day, { ...times, subject: 'y' });
  } catch (error) {
    // The series has no such day.
    expect(error).toMatchObject({ status: 404 });
  }
}

it('ends with what the calendar shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.boolean(), async (steps, immutable) => {
      const user = `model-${run++}`;
      mailbox.admin.set({ defaultPageSize: 3 });
      const caller = new Caller(mailbox, user, immutable ? 'IdType="ImmutableId"' : '');
      const follower = new Follower(caller);
      const ids: string[] = [];
      for (const action of steps) {
        if (action.kind === 'create') {
          ids.push(...mailbox.admin.calendar.seed(user, [{ event: action.event }]).map(({ id }) => id));
        } else if (action.kind === 'page') await follower.page();
        else if (action.kind === 'round') await follower.round();
        else carryOut(user, ids, action);
      }
      // The round under way may have begun before the last steps: the one after it knows them all.
      await follower.round();
      await follower.round();
      const there = await caller.list(`/me/calendarView?${window}&$top=100`);
      const shown = there.map(({ id, '@odata.etag': etag }): [string, string] => [id, String(etag)]);
      expect(new Map([...follower.known].sort())).toEqual(new Map(shown.sort()));
    }),
    { numRuns: 60 },
  );
});
