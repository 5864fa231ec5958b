/** Surprises of the service that a sync must survive (spec: graph 11), against the local mailbox. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createOf,
  itemOf,
  removeOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';
import { jpegOf, paintings } from '../../../test/arbitraries/pictures.ts';
import { LIST_PAGE } from '../items/read-page.ts';

let bench: OutlookBench;
beforeEach(async () => {
  bench = await startOutlookBench();
});
afterEach(() => bench.close());

const { signal } = new AbortController();
const people = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ contact: { givenName: `Person ${from + index}` } }));
const seedMany = (count: number): string[] =>
  bench.mailbox.admin.seed(USER, people(count)).map(({ immutableId }) => immutableId);
const names = (read: Awaited<ReturnType<OutlookBench['read']>>): unknown[] =>
  [...read.items.values()].map(({ fields }) => fields.FirstName).sort();

/** A read in which the service would not give some items: how many, and where the next one starts. */
async function readWithProblems(from: string | null): Promise<{ problems: number; anchor: string | null }> {
  let problems = 0;
  for (let page: string | null = null; ;) {
    const read = await bench.plugin().read({ anchor: from, page }, signal);
    if (read.kind === 'reset') throw new Error(read.detail);
    problems += read.problems.length;
    if (read.next === null) return { problems, anchor: read.anchor };
    page = read.next;
  }
}

describe('reading', () => {
  it('brings every contact once, over many pages, and then no changes in one request', async () => {
    const ids = seedMany(LIST_PAGE * 2 + 7);
    const first = await bench.read();
    expect(new Set(first.items.keys())).toEqual(new Set(ids));
    bench.mailbox.admin.clearLog();
    const second = await bench.read(first.anchor);
    expect(second.items.size).toBe(0);
    expect(bench.mailbox.admin.log()).toHaveLength(1);
  });

  it('survives duplicates, replays, empty pages and removals of unknown ids (2, 3, 9)', async () => {
    const ids = seedMany(30);
    bench.mailbox.admin.set({
      duplicateRows: 3,
      replay: 'lastRound',
      emptyPageEvery: 2,
      unknownRemovals: 4,
      defaultPageSize: 3,
    });
    const first = await bench.read();
    expect(new Set(first.items.keys())).toEqual(new Set(ids));
    bench.mailbox.admin.edit(USER, ids[3]!, { givenName: 'Edited' });
    bench.mailbox.admin.remove(USER, ids[4]!);
    const changes = await bench.read(first.anchor);
    expect(changes.items.get(ids[3]!)?.fields.FirstName).toBe('Edited');
    expect(changes.removed.has(ids[4]!)).toBe(true);
    expect(changes.items.has(ids[4]!)).toBe(false);
  });

  it('gives up on a round of empty pages that never ends (3)', async () => {
    seedMany(3);
    const { anchor } = await bench.read();
    bench.mailbox.admin.edit(USER, seedMany(1)[0]!, { givenName: 'X' });
    bench.mailbox.admin.set({ emptyPageEvery: 1 });
    await expect(bench.plugin().read({ anchor, page: null }, signal)).rejects.toMatchObject({
      code: 'mailbox.unavailable',
    });
  });

  it.each(['gone', 'goneWithLocation', 'badRequest'] as const)(
    'asks for a new start when its anchor is dead: %s (5)',
    async (deadToken) => {
      bench.mailbox.admin.set({ deadToken });
      const ids = seedMany(5);
      const { anchor } = await bench.read();
      bench.mailbox.admin.killDeltaTokens();
      expect(await bench.plugin().read({ anchor, page: null }, signal)).toMatchObject({ kind: 'reset' });
      const again = await bench.read(anchor);
      expect(again.reading).toBe('full');
      expect(new Set(again.items.keys())).toEqual(new Set(ids));
    },
  );

  it('survives the death of its token at every request of a read (4)', async () => {
    const ids = seedMany(12);
    bench.mailbox.admin.clearLog();
    const calm = await bench.read();
    const requests = bench.mailbox.admin.log().length;
    for (let skip = 0; skip < requests; skip += 1) {
      bench.mailbox.admin.fail({ action: { kind: 'gone' }, path: 'delta', skip });
      const read = await bench.read();
      expect(new Set(read.items.keys())).toEqual(new Set(calm.items.keys()));
      bench.mailbox.admin.clearFailures();
    }
    expect(calm.items.size).toBe(ids.length);
  });

  it('survives tokens that expire at every request (401)', async () => {
    seedMany(12);
    bench.mailbox.admin.set({ tokenLifetime: 1 });
    const read = bench.read();
    bench.mailbox.admin.expireTokens();
    expect((await read).items.size).toBe(12);
    bench.mailbox.admin.expireTokens();
    const [result] = await bench.apply(createOf({ FirstName: 'Late' }));
    expect(result?.status).toBe('done');
  });

  it('misses nobody and removes nobody when contacts come and go while the list is read', async () => {
    const ids = seedMany(LIST_PAGE + 50);
    const enumerated = await bench.plugin().read({ anchor: null, page: null }, signal);
    if (enumerated.kind !== 'page' || enumerated.next === null) throw new Error('one page only');
    // Everything moves up by one: the first of the next page would never be seen.
    bench.mailbox.admin.remove(USER, ids[0]!);
    const next = await bench.plugin().read({ anchor: null, page: enumerated.next }, signal);
    expect(next.kind).toBe('reset');
    const whole = await bench.read();
    expect(new Set(whole.items.keys())).toEqual(new Set(ids.slice(1)));
  });

  it('works where the service offers the documented form of delta only, and where it offers none', async () => {
    seedMany(3);
    bench.mailbox.admin.set({ contactsDelta: 'refused' });
    const first = await bench.read();
    expect(first.anchor).toContain('contactFolders');
    bench.mailbox.admin.seed(USER, people(1, 100));
    expect(names(await bench.read(first.anchor))).toEqual(['Person 100']);

    bench.mailbox.admin.fail({
      action: { kind: 'error', status: 405, code: 'ErrorInvalidRequest' },
      path: 'delta',
      times: 1000,
    });
    const listed = await bench.read();
    expect([listed.items.size, listed.anchor]).toEqual([4, null]);
  });

  it('removes nobody when a contact goes while the list is read where there is no delta at all', async () => {
    bench.mailbox.admin.fail({ action: { kind: 'error', status: 405 }, path: 'delta', times: 1000 });
    const ids = seedMany(LIST_PAGE + 50);
    const first = await bench.plugin().read({ anchor: null, page: null }, signal);
    if (first.kind !== 'page' || first.next === null) throw new Error('one page only');
    // Everything moves up by one: the first of the next page would never be seen.
    bench.mailbox.admin.remove(USER, ids[0]!);
    const next = await bench.plugin().read({ anchor: null, page: first.next }, signal);
    expect(next.kind).toBe('reset');
    expect(new Set((await bench.read()).items.keys())).toEqual(new Set(ids.slice(1)));
  });

  it('reads an empty mailbox where only the documented form works, too', async () => {
    bench.mailbox.admin.set({ contactsDelta: 'refused' });
    expect(await bench.read()).toMatchObject({ reading: 'full' });
  });

  it('shows the same items in whichever spelling the service gives property ids', async () => {
    const item = await bench.create({
      FirstName: 'A',
      'PhoneNumbers/HomeFax': '+1',
      Anniversary: '2003-06-14',
    });
    bench.mailbox.admin.set({ extendedIds: 'asAsked', primaryEmails: 'present' });
    expect((await bench.read()).items.get(item.id)?.fields).toEqual(item.fields);
  });

  it('reports a moved contact as removed, under an id that outlives the move', async () => {
    const [id] = seedMany(1);
    const { anchor } = await bench.read();
    const folder = bench.mailbox.admin.addFolder(USER, 'Elsewhere');
    bench.mailbox.admin.move(USER, id!, folder.id);
    const gone = await bench.read(anchor);
    expect([...gone.removed]).toEqual([id]);
  });

  it('tells a moved etag without a change by unchanged content (13)', async () => {
    const ids = seedMany(3);
    const first = await bench.read();
    bench.mailbox.admin.touch(USER);
    const touched = await bench.read(first.anchor);
    for (const id of ids) expect(touched.items.get(id)?.fields).toEqual(first.items.get(id)?.fields);
  });

  it('reads photos of contacts that have one, and asks for no other', async () => {
    const photo = jpegOf(paintings.disc, 24, 30, 80);
    bench.mailbox.admin.seed(USER, [
      { contact: { givenName: 'With' }, photo: Buffer.from(photo, 'base64') },
      { contact: { givenName: 'Without' } },
    ]);
    const read = await bench.read();
    expect([...read.items.values()].map(({ fields }) => fields.Portrait)).toEqual(
      expect.arrayContaining([photo, undefined]),
    );
    expect(bench.mailbox.admin.log().filter(({ url }) => url.includes('photo'))).toHaveLength(1);
  });

  it('never takes a contact whose photo cannot be read for one without', async () => {
    const photo = Buffer.from(jpegOf(paintings.disc, 24, 30, 80), 'base64');
    bench.mailbox.admin.seed(USER, [{ contact: { givenName: 'With' }, photo }]);
    bench.mailbox.admin.fail({ action: { kind: 'error', status: 403 }, path: 'photo', times: 10 });
    const page = await bench.plugin().read({ anchor: null, page: null }, signal);
    expect(page).toMatchObject({
      kind: 'page',
      items: [],
      problems: [{ problem: { code: 'mailbox.unreadable' } }],
    });
  });

  it('reads an item once more when the answer is older than the list of changes (15)', async () => {
    const [id] = seedMany(1);
    const { anchor } = await bench.read();
    bench.mailbox.admin.edit(USER, id!, { givenName: 'New' });
    bench.mailbox.admin.fail({ action: { kind: 'stale' }, via: 'batch', path: '^/me/contacts/' });
    expect(names(await bench.read(anchor))).toEqual(['New']);
  });

  it.each(['offered', 'refused'] as const)(
    'asks again for what the service would not give, with the next changes (delta %s)',
    async (contactsDelta) => {
      bench.mailbox.admin.set({ contactsDelta });
      const [id] = seedMany(2);
      const { anchor } = await bench.read();
      bench.mailbox.admin.edit(USER, id!, { givenName: 'New' });
      const action = { kind: 'error', status: 412, code: 'ErrorIrresolvableConflict' } as const;
      bench.mailbox.admin.fail({ action, via: 'batch', path: '^/me/contacts/' });
      const refused = await readWithProblems(anchor);
      expect(refused.problems).toBe(1);
      const given = await bench.read(refused.anchor);
      expect(names(given)).toEqual(['New']);
      expect((await bench.read(given.anchor)).items.size).toBe(0);
    },
  );

  it('asks again for a contact whose photo could not be read', async () => {
    const photo = Buffer.from(jpegOf(paintings.disc, 24, 30, 80), 'base64');
    bench.mailbox.admin.seed(USER, [{ contact: { givenName: 'With' }, photo }]);
    bench.mailbox.admin.fail({ action: { kind: 'error', status: 403 }, path: 'photo', times: 1 });
    const { anchor, problems } = await readWithProblems(null);
    expect(problems).toBe(1);
    const given = await bench.read(anchor);
    expect([...given.items.values()]).toMatchObject([{ fields: { Portrait: expect.any(String) } }]);
  });

  it.each([429, 503] as const)('waits as the service asks, and goes on: %s', async (status) => {
    seedMany(5);
    const kind = status === 429 ? 'throttle' : 'unavailable';
    bench.mailbox.admin.fail({ action: { kind, retryAfter: '2.128' }, times: 3 });
    expect((await bench.read()).items.size).toBe(5);
    expect(bench.clock.slept).toEqual([2128, 2128, 2128]);
  });

  it('gives up within bounds, in words, when the service never takes the request', async () => {
    bench.mailbox.admin.fail({ action: { kind: 'throttle', retryAfter: '30' }, times: 1000 });
    await expect(bench.plugin().read({ anchor: null, page: null }, signal)).rejects.toMatchObject({
      code: 'mailbox.throttled',
      retryAfterMs: 30_000,
    });
    expect(bench.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(90_000);
  });
});

describe('writing', () => {
  it('never has more in flight than the service allows, whatever is thrown at it', async () => {
    bench.mailbox.admin.set({ meter: 'on', batchConcurrency: 20, retryAfter: '0.05', serviceTime: 2 });
    const results = await bench.apply(
      ...Array.from({ length: 60 }, (_, n) => createOf({ FirstName: `P${n}` })),
    );
    expect(results.filter(({ status }) => status === 'done')).toHaveLength(60);
    expect((await bench.read()).items.size).toBe(60);
  });

  it('sends again only the parts that were throttled', async () => {
    bench.mailbox.admin.fail({
      action: { kind: 'throttle', retryAfter: '1' },
      via: 'batch',
      skip: 5,
      times: 3,
    });
    const results = await bench.apply(
      ...Array.from({ length: 10 }, (_, n) => createOf({ FirstName: `P${n}` })),
    );
    expect(results.every(({ status }) => status === 'done')).toBe(true);
    const posts = bench.mailbox.admin.log().filter(({ via, method }) => via === 'batch' && method === 'POST');
    expect(posts.map(({ status }) => status).sort()).toEqual([...Array(10).fill(201), 429, 429, 429]);
  });

  it.each(['504', 'reset'] as const)('finds a create again whose answer was lost: part, %s', async (ends) => {
    bench.mailbox.admin.fail({
      action: { kind: 'lostAnswer', ends },
      method: 'POST',
      path: '^/me/contacts$',
    });
    const operations = [createOf({ FirstName: 'A' }), createOf({ FirstName: 'B' })];
    const results = await bench.apply(...operations);
    const unknown = results.filter(({ status }) => status === 'unknown').map(({ key }) => key);
    expect(unknown.length).toBeGreaterThan(0);
    const found = await bench.plugin().find(unknown, signal);
    expect(found.length).toBeGreaterThan(0);
    for (const item of found) expect(unknown).toContain(item.createKey);
    const done = results.filter(({ status }) => status === 'done');
    expect((await bench.read()).items.size).toBe(done.length + found.length);
  });

  it('never sends a create twice when the whole batch’s answer is lost', async () => {
    bench.loseAnswer('/$batch');
    const operations = [createOf({ FirstName: 'A' }), createOf({ FirstName: 'B' })];
    const results = await bench.apply(...operations);
    expect(results.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    const found = await bench.plugin().find(
      operations.map(({ key }) => key),
      signal,
    );
    expect(new Set(found.map(({ createKey }) => createKey))).toEqual(
      new Set(operations.map(({ key }) => key)),
    );
    expect((await bench.read()).items.size).toBe(2);
  });

  it('repeats updates and removals whose answer was lost, to the same end', async () => {
    const [edited, removed] = [
      await bench.create({ FirstName: 'A' }),
      await bench.create({ FirstName: 'B' }),
    ];
    bench.mailbox.admin.fail(
      { action: { kind: 'lostAnswer' }, method: 'PATCH' },
      { action: { kind: 'lostAnswer' }, method: 'DELETE' },
    );
    const results = await bench.apply(updateOf(edited, { FirstName: 'A2' }), removeOf(removed));
    expect(results.map(({ status }) => status)).toEqual(expect.arrayContaining(['changed', 'gone']));
    expect(names(await bench.read())).toEqual(['A2']);
    const update = results.find(({ status }) => status === 'changed');
    expect(update).toMatchObject({ item: { fields: { FirstName: 'A2' } } });
  });

  it('tries once more after a 412 that nobody’s change explains (14)', async () => {
    const item = await bench.create({ FirstName: 'A' });
    bench.mailbox.admin.fail({ action: { kind: 'conflict' }, method: 'PATCH' });
    const [result] = await bench.apply(updateOf(item, { FirstName: 'B' }));
    expect(itemOf(result).fields.FirstName).toBe('B');
    bench.mailbox.admin.fail({ action: { kind: 'conflict' }, method: 'PATCH', times: 2 });
    const [again] = await bench.apply(updateOf(itemOf(result), { FirstName: 'C' }));
    expect(again).toMatchObject({ status: 'failed', problem: { code: 'mailbox.changed' } });
    expect(names(await bench.read())).toEqual(['B']);
  });

  it('writes although the etag has moved without a change (13)', async () => {
    const item = await bench.create({ FirstName: 'A' });
    bench.mailbox.admin.touch(USER);
    expect(itemOf((await bench.apply(updateOf(item, { FirstName: 'B' })))[0]).fields).toEqual({
      FirstName: 'B',
    });
  });

  it('takes a stale read before a write for what it is', async () => {
    const first = await bench.create({ FirstName: 'A' });
    const item = itemOf((await bench.apply(updateOf(first, { FirstName: 'B' })))[0]);
    bench.mailbox.admin.fail({ action: { kind: 'stale' }, via: 'batch', method: 'GET' });
    expect(itemOf((await bench.apply(updateOf(item, { FirstName: 'C' })))[0]).fields.FirstName).toBe('C');
  });

  it('puts photos and reports those that it cannot, without failing the record (19)', async () => {
    const portrait = jpegOf(paintings.slope, 24, 30, 80);
    const item = await bench.create({ FirstName: 'A', Portrait: portrait });
    expect(item.fields.Portrait).toBe(portrait);
    const [removed] = await bench.apply(updateOf(item, { FirstName: 'A' }));
    expect(removed).toMatchObject({
      status: 'done',
      item: { fields: { Portrait: portrait } },
      problems: [{ code: 'mailbox.photo-kept' }],
    });
    const [broken] = await bench.apply(updateOf(item, { FirstName: 'A', Portrait: 'AAAA' }));
    expect(broken).toMatchObject({ status: 'done', problems: [{ code: 'mailbox.photo' }] });
    bench.mailbox.admin.set({ photos: 'refused' });
    const [refused] = await bench.apply(createOf({ FirstName: 'B', Portrait: portrait }));
    expect(refused).toMatchObject({ status: 'done', problems: [{ code: 'mailbox.photo' }] });
    expect(itemOf(refused).fields).not.toHaveProperty('Portrait');
  });

  it('does not overwrite a photo that somebody has changed', async () => {
    const [slope, disc, corner] = [paintings.slope, paintings.disc, paintings.corner].map((painting) =>
      jpegOf(painting, 24, 30, 80),
    );
    const item = await bench.create({ FirstName: 'A', Portrait: slope! });
    bench.mailbox.admin.setPhoto(USER, item.id, Buffer.from(disc!, 'base64'));
    const [result] = await bench.apply(updateOf(item, { FirstName: 'A', Portrait: corner! }));
    expect(result).toMatchObject({ status: 'changed', item: { fields: { Portrait: disc } } });
  });

  it('stores a photo of three megabytes', async () => {
    const bytes = Buffer.concat([
      Buffer.from(jpegOf(paintings.stripes, 24, 30, 80), 'base64'),
      Buffer.alloc(3_000_000, 7),
    ]);
    const item = await bench.create({ FirstName: 'A', Portrait: bytes.toString('base64') });
    expect((await bench.read()).items.get(item.id)?.fields.Portrait).toBe(item.fields.Portrait);
  });

  it('tells what the service refused, record by record', async () => {
    bench.mailbox.admin.fail({
      action: { kind: 'error', status: 400, code: 'ErrorInvalidProperty', message: 'Too many.' },
      method: 'POST',
      path: '^/me/contacts$',
    });
    const results = await bench.apply(createOf({ FirstName: 'A' }), createOf({ FirstName: 'B' }));
    expect(results.map(({ status }) => status).sort()).toEqual(['done', 'failed']);
    expect(results.find(({ status }) => status === 'failed')).toMatchObject({
      problem: { code: 'mailbox.refused', detail: expect.stringContaining('Too many.') as string },
    });
  });

  it('starts no write once its gate is closed, and tells that nothing was done', async () => {
    const item = await bench.create({ FirstName: 'A' });
    bench.mailbox.admin.clearLog();
    const closed = () => Promise.reject(new Error('no lease'));
    const operations = [createOf({ FirstName: 'B' }), updateOf(item, { FirstName: 'C' }), removeOf(item)];
    const results = await bench.plugin(closed).apply(operations, signal);
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    expect(
      bench.mailbox.admin.log().filter(({ method, via }) => via === 'batch' && method !== 'GET'),
    ).toEqual([]);
  });
});
