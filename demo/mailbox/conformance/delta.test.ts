import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, errorCode, errorMessage, type DeltaRow } from './caller.ts';

/** Spec: graph 13, lines 1 to 6: delta. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `delta-${user++}`);
});

const name = (): string => `delta-${user - 1}`;
const ids = (rows: readonly DeltaRow[]): string[] => rows.map((row) => row.id);

/** Contacts P1 to Pn, as a person's; answers their plain ids. */
function seed(count: number, first = 1): string[] {
  const contacts = Array.from({ length: count }, (_, index) => ({
    contact: { givenName: `P${first + index}` },
  }));
  return mailbox.admin.seed(name(), contacts).map(({ id }) => id);
}

describe('13.1 links', () => {
  it('lead to graph.microsoft.com, repeat the collection’s path and carry an opaque URL-safe token', async () => {
    seed(11);
    const first = await caller.call('/me/contacts/delta?$select=givenName');
    const next = String(first.body['@odata.nextLink']);
    expect(next).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/me\/contacts\/delta\?\$skiptoken=[\w-]+$/);
    const last = await caller.call(next);
    expect(last.body['@odata.deltaLink']).toMatch(
      /^https:\/\/graph\.microsoft\.com\/v1\.0\/me\/contacts\/delta\?\$deltatoken=[\w-]+$/,
    );
    expect(last.body['@odata.nextLink']).toBeUndefined();
  });

  it('name the folder when the first call did', async () => {
    const folder = mailbox.admin.addFolder(name(), 'Pocket').id;
    const { deltaLink } = await caller.round(
      `/me/contactFolders/${encodeURIComponent(folder)}/contacts/delta`,
    );
    expect(deltaLink).toContain(`/v1.0/me/contactFolders/${encodeURIComponent(folder)}/contacts/delta?`);
  });

  it('come with lists too', async () => {
    seed(11);
    const first = await caller.call(
      "/me/contacts?$top=10&$select=id&$expand=singleValueExtendedProperties($filter=id eq 'String 0x3A24')",
    );
    const next = String(first.body['@odata.nextLink']);
    expect(next.startsWith('https://graph.microsoft.com/v1.0/me/contacts?')).toBe(true);
    expect((await caller.call(next)).body.value).toHaveLength(1);
  });

  it('keeps /me/contacts/delta or refuses it, as switched', async () => {
    mailbox.admin.set({ contactsDelta: 'refused' });
    expect((await caller.call('/me/contacts/delta')).status).toBe(400);
    const folder = mailbox.admin.dump(name()).folders[0]!.id;
    expect((await caller.call(`/me/contactFolders/${folder}/contacts/delta`)).status).toBe(200);
  });
});

describe('13.2 tokens', () => {
  it('live for three generations: the link may be asked again twice, then it is gone', async () => {
    const { deltaLink } = await caller.round();
    expect((await caller.call(deltaLink)).status).toBe(200);
    expect((await caller.call(deltaLink)).status).toBe(200);
    expect((await caller.call(deltaLink)).status).toBe(200);
    const dead = await caller.call(deltaLink);
    expect([dead.status, errorCode(dead)]).toEqual([410, 'SyncStateNotFound']);
    expect(errorMessage(dead)).toBe(
      'The sync state generation is not found; generation=1;[highest=4][4][2][3].',
    );
    expect(dead.headers.get('location')).toBeNull();
  });

  it('live as many generations as switched', async () => {
    mailbox.admin.set({ generationsKept: 1 });
    const { deltaLink } = await caller.round();
    expect((await caller.call(deltaLink)).status).toBe(200);
    expect((await caller.call(deltaLink)).status).toBe(410);
  });

  it('name a Location, or are a bad request, as switched', async () => {
    const { deltaLink } = await caller.round();
    mailbox.admin.killDeltaTokens();
    mailbox.admin.set({ deadToken: 'goneWithLocation' });
    const located = await caller.call(deltaLink);
    expect([located.status, located.headers.get('location')]).toEqual([
      410,
      'https://graph.microsoft.com/v1.0/me/contacts/delta?$deltatoken=',
    ]);
    mailbox.admin.set({ deadToken: 'badRequest' });
    expect((await caller.call(deltaLink)).status).toBe(400);
  });

  it('die in the middle of a round on demand', async () => {
    seed(25);
    mailbox.admin.fail({ path: 'delta\\?\\$skiptoken', skip: 1, action: { kind: 'gone' } });
    const first = await caller.call('/me/contacts/delta');
    const second = await caller.call(String(first.body['@odata.nextLink']));
    expect(second.status).toBe(200);
    expect((await caller.call(String(second.body['@odata.nextLink']))).status).toBe(410);
  });

  it('are worth nothing to another mailbox or another folder, and nonsense is malformed', async () => {
    const { deltaLink } = await caller.round();
    const foreign = await new Caller(mailbox, 'somebody-else').call(deltaLink);
    expect([foreign.status, errorCode(foreign)]).toEqual([400, 'ErrorInvalidIdMalformed']);
    expect((await caller.call('/me/contacts/delta?$deltatoken=nonsense')).status).toBe(400);
  });
});

describe('13.3 what a token remembers', () => {
  it('is the first call’s $select, not its page size: that is asked for anew with every page', async () => {
    seed(30);
    const wide = new Caller(mailbox, name(), 'odata.maxpagesize=15');
    const first = await wide.call('/me/contacts/delta?$select=surname');
    expect(first.body.value).toHaveLength(15);
    expect(first.headers.get('preference-applied')).toBe('odata.track-changes, odata.maxpagesize=15');
    const second = await caller.call(String(first.body['@odata.nextLink']));
    const rows = second.body.value as DeltaRow[];
    expect(rows).toHaveLength(10);
    expect(Object.keys(rows[0]!).sort()).toEqual(['@odata.etag', '@odata.type', 'id', 'surname']);
  });

  it('cannot be joined with new options', async () => {
    const { deltaLink } = await caller.round();
    expect((await caller.call(`${deltaLink}&$select=id`)).status).toBe(400);
  });
});

describe('13.4 $top on delta', () => {
  it('caps the whole round, and what it cuts off is lost', async () => {
    seed(30);
    const round = await caller.round('/me/contacts/delta?$top=12');
    expect(round.pages.map((page) => page.length)).toEqual([10, 2]);
    expect((await caller.round(round.deltaLink)).rows).toEqual([]);
  });

  it('leaves the rest to the next round, as switched', async () => {
    mailbox.admin.set({ deltaTopRest: 'kept' });
    seed(20);
    const round = await caller.round('/me/contacts/delta?$top=12');
    expect(round.rows).toHaveLength(12);
    expect((await caller.round(round.deltaLink)).rows).toHaveLength(8);
  });
});

describe('13.5 the change log', () => {
  it('reports creation, change and removal once each, the last state only', async () => {
    const [kept, removed] = seed(2);
    const { deltaLink } = await caller.round();
    await caller.patch(kept!, { jobTitle: 'Smith' });
    await caller.patch(kept!, { jobTitle: 'Baker' });
    await caller.remove(removed!);
    const created = await caller.create({ givenName: 'New' });
    const { rows } = await caller.round(deltaLink);
    expect(rows.map((row) => [row.id, row.jobTitle, row['@removed']?.reason])).toEqual([
      [kept, 'Baker', undefined],
      [removed, undefined, 'deleted'],
      [created, null, undefined],
    ]);
  });

  it('spells the reason of a removal as switched', async () => {
    const [id] = seed(1);
    const { deltaLink } = await caller.round();
    await caller.remove(id!);
    mailbox.admin.set({ removedReason: 'changed' });
    expect((await caller.round(deltaLink)).rows[0]!['@removed']).toEqual({ reason: 'changed' });
  });

  it('shows a move as a removal of the old id here and an arrival of a new id there', async () => {
    const [id] = seed(1);
    const folder = mailbox.admin.addFolder(name(), 'Other').id;
    const path = `/me/contactFolders/${encodeURIComponent(folder)}/contacts/delta`;
    const here = await caller.round();
    const there = await caller.round(path);
    const moved = mailbox.admin.move(name(), id!, folder);
    expect(moved.id).not.toBe(id);
    expect((await caller.round(here.deltaLink)).rows).toMatchObject([
      { id, '@removed': { reason: 'deleted' } },
    ]);
    expect(ids((await caller.round(there.deltaLink)).rows)).toEqual([moved.id]);
    expect((await caller.get(id!)).status).toBe(404);
    expect((await caller.get(moved.id)).status).toBe(200);
  });

  it('keeps immutable ids through a move, and accepts either form in URLs and links', async () => {
    const immutable = new Caller(mailbox, name(), 'IdType="ImmutableId"');
    const id = await immutable.create({ givenName: 'Ilse' });
    const folder = mailbox.admin.addFolder(name(), 'Other').id;
    const { deltaLink } = await immutable.round();
    const moved = mailbox.admin.move(name(), id, folder);
    expect(moved.immutableId).toBe(id);
    expect((await immutable.get(moved.id)).body.id).toBe(id);
    expect((await caller.get(id)).body.id).toBe(moved.id);
    expect(ids((await immutable.round(deltaLink)).rows)).toEqual([id]);
  });

  it('says nothing of photos, unless switched', async () => {
    const [id] = seed(1);
    const { deltaLink } = await caller.round();
    const jpeg = Buffer.from('ffd8ffc0000b080001000101011100ffd9', 'hex');
    mailbox.admin.setPhoto(name(), id!, jpeg);
    const quiet = await caller.round(deltaLink);
    expect(quiet.rows).toEqual([]);
    mailbox.admin.set({ photoWrite: 'touchesContact' });
    mailbox.admin.setPhoto(name(), id!, jpeg);
    expect(ids((await caller.round(quiet.deltaLink)).rows)).toEqual([id]);
  });

  it('reports or hides what was created and removed between two rounds', async () => {
    const { deltaLink } = await caller.round();
    const id = await caller.create({ givenName: 'Brief' });
    await caller.remove(id);
    const reported = await caller.round(deltaLink);
    expect(reported.rows).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
    mailbox.admin.set({ deltaUnseenRemovals: 'silent' });
    expect((await caller.round(deltaLink)).rows).toEqual([]);
  });

  it('reports or hides changes of extended properties alone', async () => {
    const [id] = seed(1);
    const { deltaLink } = await caller.round();
    await caller.patch(id!, { singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '1' }] });
    expect(ids((await caller.round(deltaLink)).rows)).toEqual([id]);
    mailbox.admin.set({ deltaExtendedOnly: 'silent' });
    expect((await caller.round(deltaLink)).rows).toEqual([]);
  });

  it('lets $select narrow what is reported, as switched', async () => {
    const [id] = seed(1);
    const { deltaLink } = await caller.round('/me/contacts/delta?$select=surname');
    await caller.patch(id!, { jobTitle: 'Baker' });
    expect(ids((await caller.round(deltaLink)).rows)).toEqual([id]);
    mailbox.admin.set({ deltaSelect: 'selectedOnly' });
    const narrow = await caller.round(deltaLink);
    expect(narrow.rows).toEqual([]);
    await caller.patch(id!, { surname: 'Aurich' });
    expect(ids((await caller.round(narrow.deltaLink)).rows)).toEqual([id]);
  });

  it('shows change keys that move without a change', async () => {
    const [id] = seed(2);
    const { deltaLink } = await caller.round();
    mailbox.admin.touch(name(), [id!]);
    expect(ids((await caller.round(deltaLink)).rows)).toEqual([id]);
  });
});

describe('13.6 surprises', () => {
  it('echoes own writes, or not', async () => {
    const [id] = seed(1);
    const { deltaLink } = await caller.round();
    await caller.patch(id!, { jobTitle: 'Baker' });
    expect(ids((await caller.round(deltaLink)).rows)).toEqual([id]);
    mailbox.admin.set({ ownWrites: 'silent' });
    const silent = await caller.round(deltaLink);
    expect(silent.rows).toEqual([]);
    mailbox.admin.edit(name(), id!, { jobTitle: 'Smith' });
    await caller.patch(id!, { surname: 'Aurich' });
    expect(ids((await caller.round(silent.deltaLink)).rows)).toEqual([id]);
  });

  it('repeats rows of a page on the next one', async () => {
    mailbox.admin.set({ duplicateRows: 2 });
    const all = seed(15);
    const { pages } = await caller.round();
    expect(pages.map(ids)).toEqual([all.slice(0, 10), [...all.slice(8, 10), ...all.slice(10)]]);
  });

  it('replays the last round', async () => {
    const first = seed(2);
    const begin = await caller.round();
    mailbox.admin.set({ replay: 'lastRound' });
    const second = seed(1, 3);
    const round = await caller.round(begin.deltaLink);
    expect(ids(round.rows)).toEqual([...first, ...second]);
    expect(ids((await caller.round(round.deltaLink)).rows)).toEqual(second);
  });

  it('gives empty pages with a nextLink, without end if so switched', async () => {
    const all = seed(15);
    mailbox.admin.set({ emptyPageEvery: 2 });
    const { pages } = await caller.round();
    expect(pages.map((page) => page.length)).toEqual([0, 10, 0, 5]);
    expect(ids(pages.flat())).toEqual(all);
    mailbox.admin.set({ emptyPageEvery: 1 });
    await expect(caller.round()).rejects.toThrow('no end');
  });

  it('removes what never was', async () => {
    mailbox.admin.set({ unknownRemovals: 2 });
    const all = seed(1);
    const { rows } = await caller.round();
    expect(rows.map((row) => row['@removed']?.reason)).toEqual(['deleted', 'deleted', undefined]);
    expect(rows.at(-1)!.id).toBe(all[0]);
    expect((await caller.get(rows[0]!.id)).status).toBe(404);
  });
});

describe('13.12 $expand on delta', () => {
  const start = "/me/contacts/delta?$expand=singleValueExtendedProperties($filter=id eq 'String 0x3A24')";

  it('fails with 500, or works as switched', async () => {
    await caller.create({ singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '49' }] });
    const failed = await caller.call(start);
    expect([failed.status, errorCode(failed)]).toEqual([500, 'InternalServerError']);
    mailbox.admin.set({ deltaExpand: 'works' });
    expect((await caller.round(start)).rows[0]!.singleValueExtendedProperties).toEqual([
      { id: 'String 0x3a24', value: '49' },
    ]);
  });
});
