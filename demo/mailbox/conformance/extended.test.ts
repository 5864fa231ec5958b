import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, contactPath, errorCode, expandExtended } from './caller.ts';

/** Spec: graph 13, lines 12 and 14: extended properties and versions. */

const keyId = 'String {00020329-0000-0000-c000-000000000046} Name QDSync Key';

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `extended-${user++}`);
});
const name = (): string => `extended-${user - 1}`;

const extended = (id: string, ...keys: readonly string[]) => caller.extended(id, ...keys);

const setExtended = (id: string, key: string, value: string | null) =>
  caller.patch(id, { singleValueExtendedProperties: [{ id: key, value }] });

describe('13.12 extended properties', () => {
  it('are hidden unless expanded, and only those that exist come', async () => {
    const id = await caller.create({ singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '49' }] });
    expect((await caller.get(id)).body).not.toHaveProperty('singleValueExtendedProperties');
    expect(await extended(id, 'String 0x3A24', 'String 0x3A25')).toEqual({ 'String 0x3a24': '49' });
    const { body } = await caller.get(id, `?${expandExtended('String 0x3A25')}`);
    expect(body).not.toHaveProperty('singleValueExtendedProperties');
  });

  it('are compared without case, but for names, and spelled as switched', async () => {
    const id = await caller.create({
      singleValueExtendedProperties: [
        { id: 'string {00062004-0000-0000-C000-000000000046} id 0x804F', value: 'u' },
        { id: keyId, value: 'k' },
      ],
    });
    const asked = 'String {00062004-0000-0000-c000-000000000046} Id 0x804f';
    expect(await extended(id, asked, keyId)).toEqual({ [asked]: 'u', [keyId]: 'k' });
    expect(await extended(id, keyId.replace('QDSync', 'qdsync'))).toEqual({});
    mailbox.admin.set({ extendedIds: 'asAsked' });
    const spelled = asked.replace('c000', 'C000');
    expect(await extended(id, spelled)).toEqual({ [spelled]: 'u' });
  });

  it.each([
    ['either', null, {}],
    ['either', '', {}],
    ['null', null, {}],
    ['null', '', { 'String 0x3a24': '' }],
    ['emptyString', null, { 'String 0x3a24': '49' }],
    ['emptyString', '', {}],
  ] as const)('are cleared as switched (%s) by %j', async (extendedClearing, value, left) => {
    const id = await caller.create({ singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '49' }] });
    mailbox.admin.set({ extendedClearing });
    await setExtended(id, 'String 0x3A24', value);
    expect(await extended(id, 'String 0x3A24')).toEqual(left);
  });

  it('share one storage with the properties that show the same', async () => {
    const id = await caller.create({ homePhones: ['1', '2'], spouseName: 'Hajo' });
    expect(await extended(id, 'String 0x3A09', 'String 0x3A2F', 'String 0x3A48')).toEqual({
      'String 0x3a09': '1',
      'String 0x3a2f': '2',
      'String 0x3a48': 'Hajo',
    });
    await setExtended(id, 'String 0x3A09', '');
    expect((await caller.get(id)).body.homePhones).toEqual(['2']);
    expect(await extended(id, 'String 0x3A09', 'String 0x3A2F')).toEqual({ 'String 0x3a2f': '2' });
    await caller.patch(id, { homePhones: ['3'] });
    expect(await extended(id, 'String 0x3A09', 'String 0x3A2F')).toEqual({ 'String 0x3a09': '3' });
    await setExtended(id, 'String 0x3A1B', '9');
    expect((await caller.get(id)).body.businessPhones).toEqual(['9']);
  });

  it.each([
    ['a tag of a named property', 'String 0x8015', 'x'],
    ['an unknown type', 'Text 0x3A24', 'x'],
    ['no form at all', '0x3A24', 'x'],
    ['a value out of range', 'Short 0x3A4D', '70000'],
    ['a date that is none', 'SystemTime 0x3A41', '2003-06-14'],
    ['a Boolean that is none', 'Boolean {00062008-0000-0000-c000-000000000046} Id 0x8506', 'yes'],
  ])('refuse %s', async (_what, id, value) => {
    const json = { singleValueExtendedProperties: [{ id, value }] };
    const reply = await caller.call('/me/contacts', { method: 'POST', json });
    expect([reply.status, errorCode(reply)]).toEqual([400, 'ErrorInvalidProperty']);
  });

  it('find items by value without case, over the mailbox or the folder as switched', async () => {
    const folder = mailbox.admin.addFolder(name(), 'Other').id;
    const path = `/me/contactFolders/${encodeURIComponent(folder)}/contacts`;
    const id = await caller.create({ singleValueExtendedProperties: [{ id: keyId, value: "Key'1" }] }, path);
    await caller.create({ singleValueExtendedProperties: [{ id: keyId, value: 'Key2' }] });
    const find = async (condition: string): Promise<unknown[]> => {
      const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${keyId}' and ${condition})`;
      const { body } = await caller.call(`/me/contacts?$select=id&$filter=${encodeURIComponent(filter)}`);
      return (body.value as { id: string }[]).map((contact) => contact.id);
    };
    expect(await find("ep/value eq 'KEY''1'")).toEqual([id]);
    expect(await find("contains(ep/value, 'key')")).toHaveLength(2);
    expect(await find("startswith(ep/value, 'key''')")).toEqual([id]);
    expect(await find("ep/value ne 'key2'")).toEqual([id]);
    mailbox.admin.set({ extendedFilterScope: 'folder' });
    expect(await find("ep/value eq 'Key''1'")).toEqual([]);
  });

  it('are found by a number through a cast, and never once their contact is gone or changed', async () => {
    const id = await caller.create({
      singleValueExtendedProperties: [
        { id: 'Short 0x3A4D', value: '1' },
        { id: keyId, value: 'k' },
      ],
    });
    const byCast = `singleValueExtendedProperties/Any(ep: ep/id eq 'Short 0x3A4D' and cast(ep/value, Edm.Int32) eq 1)`;
    expect((await caller.call(`/me/contacts?$filter=${byCast}`)).body.value).toHaveLength(1);
    const byKey = `/me/contacts?$filter=singleValueExtendedProperties/Any(ep: ep/id eq '${keyId}' and ep/value eq 'k')`;
    await setExtended(id, keyId, 'other');
    expect((await caller.call(byKey)).body.value).toEqual([]);
    await setExtended(id, keyId, 'k');
    expect((await caller.call(byKey)).body.value).toHaveLength(1);
    await caller.remove(id);
    expect((await caller.call(byKey)).body.value).toEqual([]);
  });
});

describe('13.14 versions', () => {
  it('move the etag with every write; If-Match with an old one is refused', async () => {
    const id = await caller.create({ givenName: 'Ilse' });
    const etag = String((await caller.get(id)).body['@odata.etag']);
    const changed = await caller.patch(id, { surname: 'Aurich' }, { 'If-Match': etag });
    expect(changed.status).toBe(200);
    expect(changed.body['@odata.etag']).not.toBe(etag);
    const late = await caller.patch(id, { surname: 'Lund' }, { 'If-Match': etag });
    expect([late.status, errorCode(late)]).toEqual([412, 'ErrorIrresolvableConflict']);
    expect((await caller.get(id)).body.surname).toBe('Aurich');
    expect(
      (await caller.call(contactPath(id), { method: 'DELETE', headers: { 'If-Match': etag } })).status,
    ).toBe(412);
    expect((await caller.patch(id, { surname: 'Lund' }, { 'If-Match': '*' })).status).toBe(200);
    mailbox.admin.set({ ifMatch: 'ignored' });
    expect((await caller.patch(id, { surname: 'Berg' }, { 'If-Match': etag })).status).toBe(200);
  });

  it('conflict without reason on demand', async () => {
    const id = await caller.create({});
    mailbox.admin.fail({ method: 'PATCH', action: { kind: 'conflict' } });
    expect((await caller.patch(id, { surname: 'Aurich' })).status).toBe(412);
    expect((await caller.patch(id, { surname: 'Aurich' })).status).toBe(200);
  });

  it('are read stale on demand', async () => {
    const id = await caller.create({ surname: 'Aurich' });
    const before = (await caller.get(id)).body;
    await caller.patch(id, { surname: 'Lund' });
    mailbox.admin.fail({ method: 'GET', path: '^/me/contacts/', action: { kind: 'stale' } });
    expect((await caller.get(id)).body).toEqual(before);
    expect((await caller.get(id)).body.surname).toBe('Lund');
  });
});
