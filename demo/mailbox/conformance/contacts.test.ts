import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, contactPath, errorCode, errorMessage } from './caller.ts';

/** Spec: graph 13, lines 11, 12, 14 and 20: contacts, extended properties, versions, photos. */

const keyId = 'String {00020329-0000-0000-c000-000000000046} Name QDSync Key';
const expand = (...ids: readonly string[]): string =>
  `$expand=singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${encodeURIComponent(id)}'`).join(' or ')})`;

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `contacts-${user++}`);
});
const name = (): string => `contacts-${user - 1}`;

/** Extended properties of a contact by id, as asked for. */
async function extended(id: string, ...keys: readonly string[]): Promise<Record<string, string>> {
  const { body } = await caller.get(id, `?$select=id&${expand(...keys)}`);
  const values = (body.singleValueExtendedProperties ?? []) as readonly { id: string; value: string }[];
  return Object.fromEntries(values.map((entry) => [entry.id, entry.value]));
}

const setExtended = (id: string, key: string, value: string | null) =>
  caller.patch(id, { singleValueExtendedProperties: [{ id: key, value }] });

describe('13.11 the shape of a contact', () => {
  it('has null for unset text, [] for empty collections, {} for empty addresses', async () => {
    const { body } = await caller.call('/me/contacts', { method: 'POST', json: { givenName: 'Ilse' } });
    expect(body).toMatchObject({
      surname: null,
      birthday: null,
      categories: [],
      emailAddresses: [],
      homePhones: [],
    });
    expect([body.homeAddress, body.businessAddress, body.otherAddress]).toEqual([{}, {}, {}]);
    expect(body.singleValueExtendedProperties).toBeUndefined();
  });

  it('has ids of 152 and 120 URL-safe characters and a change key inside its etag', async () => {
    const { body } = await caller.call('/me/contacts', { method: 'POST', json: {} });
    expect(body.id).toMatch(/^[\w-]{151}=$/);
    expect(body.parentFolderId).toMatch(/^[\w-]{119}=$/);
    expect(body['@odata.etag']).toBe(`W/"${String(body.changeKey)}"`);
    expect(body['@odata.context']).toMatch(/\/v1\.0\/\$metadata#users\('[\w-]{36}'\)\/contacts\/\$entity$/);
  });

  it('derives displayName, fileAs and initials, again when the name changes or not at all, as switched', async () => {
    const id = await caller.create({ givenName: 'Ilse', middleName: 'M.', surname: 'Aurich' });
    const derived = { displayName: 'Ilse M. Aurich', fileAs: 'Aurich, Ilse M.', initials: 'I.M.A.' };
    expect((await caller.get(id)).body).toMatchObject(derived);
    await caller.patch(id, { surname: 'Lund' });
    expect((await caller.get(id)).body).toMatchObject({
      displayName: 'Ilse M. Lund',
      fileAs: 'Lund, Ilse M.',
    });
    mailbox.admin.set({ derivedNames: 'kept' });
    await caller.patch(id, { surname: 'Berg' });
    expect((await caller.get(id)).body).toMatchObject({ surname: 'Berg', displayName: 'Ilse M. Lund' });
  });

  it('keeps a displayName that is sent', async () => {
    const id = await caller.create({ givenName: 'Ilse', displayName: 'I.' });
    expect((await caller.get(id)).body.displayName).toBe('I.');
    await caller.patch(id, { surname: 'Aurich', displayName: 'I.' });
    expect((await caller.get(id)).body.displayName).toBe('I.');
  });

  it('merges a PATCH: absent = kept, null = cleared, [] = emptied, an address replaced as a whole', async () => {
    const id = await caller.create({
      jobTitle: 'Baker',
      mobilePhone: '1',
      homePhones: ['2'],
      homeAddress: { street: 'Deichweg 9', city: 'Jemgum' },
    });
    const { status, body } = await caller.patch(id, {
      mobilePhone: null,
      homePhones: [],
      homeAddress: { city: 'Leer' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ jobTitle: 'Baker', mobilePhone: null, homePhones: [] });
    expect(body.homeAddress).toEqual({ city: 'Leer' });
  });

  it.each([
    [
      'emailAddresses',
      [1, 2, 3, 4].map((n) => ({ address: `${n}@x.example` })),
      'EmailAddresses has 4 entries',
      3,
    ],
    ['businessPhones', ['1', '2', '3'], 'BusinessPhones has 3 entries', 2],
    ['homePhones', ['1', '2', '3'], 'HomePhones has 3 entries', 2],
  ])('refuses too many %s in the service’s own words', async (property, value, words, max) => {
    const reply = await caller.call('/me/contacts', { method: 'POST', json: { [property]: value } });
    expect([reply.status, errorCode(reply)]).toEqual([400, 'ErrorInvalidProperty']);
    expect(errorMessage(reply)).toBe(
      `The multi value property ${words}, that exceeds the max allowed value of ${max}`,
    );
    mailbox.admin.set({ limitCode: 'ErrorInvalidRequest' });
    const other = await caller.call('/me/contacts', { method: 'POST', json: { [property]: value } });
    expect(errorCode(other)).toBe('ErrorInvalidRequest');
  });

  it.each([
    ['an unknown property', { nickname: 'x' }, 'UnableToDeserializePostBody'],
    ['a wrong type', { givenName: 7 }, 'UnableToDeserializePostBody'],
    ['a wrong element', { homePhones: [7] }, 'UnableToDeserializePostBody'],
    ['an unknown member', { homeAddress: { poBox: '1' } }, 'UnableToDeserializePostBody'],
    ['a date that is none', { birthday: 'yesterday' }, 'UnableToDeserializePostBody'],
    ['a read-only property', { changeKey: 'x' }, 'ErrorInvalidPropertySet'],
  ])('refuses %s and writes nothing', async (_what, json, code) => {
    const reply = await caller.call('/me/contacts', { method: 'POST', json });
    expect([reply.status, errorCode(reply)]).toEqual([400, code]);
    expect((await caller.call('/me/contacts')).body.value).toEqual([]);
  });

  it('ignores unknown and read-only properties, as switched', async () => {
    mailbox.admin.set({ unknownProperties: 'ignored', readOnlyProperties: 'ignored' });
    const id = await caller.create({ nickname: 'x', changeKey: 'x', givenName: 'Ilse' });
    expect((await caller.get(id)).body.givenName).toBe('Ilse');
  });

  it('refuses a body that is no JSON object, or has no content type', async () => {
    const text = { method: 'POST', bytes: Buffer.from('{"givenName":') };
    const broken = await caller.call('/me/contacts', {
      ...text,
      headers: { 'Content-Type': 'application/json' },
    });
    expect([broken.status, errorCode(broken)]).toEqual([400, 'UnableToDeserializePostBody']);
    expect((await caller.call('/me/contacts', text)).status).toBe(400);
  });

  it('keeps a birthday as an instant; a bare date is refused or taken, as switched', async () => {
    const id = await caller.create({ birthday: '1978-02-28T12:59:00+01:00' });
    expect((await caller.get(id)).body.birthday).toBe('1978-02-28T11:59:00Z');
    expect((await caller.patch(id, { birthday: '1974-07-22' })).status).toBe(400);
    mailbox.admin.set({ dateOnlyBirthday: 'accepted' });
    expect((await caller.patch(id, { birthday: '1974-07-22' })).body.birthday).toBe('1974-07-22T00:00:00Z');
  });

  it('may force the directory’s name upon an e-mail address', async () => {
    mailbox.admin.set({ directory: { 'ilse@deichbau.example': 'Aurich, Ilse (Pegel)' } });
    const id = await caller.create({ emailAddresses: [{ address: 'ilse@deichbau.example', name: 'Ilse' }] });
    expect((await caller.get(id)).body.emailAddresses).toEqual([
      { name: 'Aurich, Ilse (Pegel)', address: 'ilse@deichbau.example' },
    ]);
  });

  it('shows primaryEmailAddress and its sisters only when switched', async () => {
    const id = await caller.create({ emailAddresses: [{ address: 'a@x.example', name: 'A' }] });
    expect((await caller.get(id)).body).not.toHaveProperty('primaryEmailAddress');
    mailbox.admin.set({ primaryEmails: 'present' });
    expect((await caller.get(id)).body).toMatchObject({
      primaryEmailAddress: { name: 'A', address: 'a@x.example' },
      secondaryEmailAddress: null,
    });
  });

  it('turns empty text into null or keeps it, as switched', async () => {
    const id = await caller.create({ jobTitle: '' });
    expect((await caller.get(id)).body.jobTitle).toBeNull();
    mailbox.admin.set({ emptyStrings: 'kept' });
    expect((await caller.patch(id, { jobTitle: '' })).body.jobTitle).toBe('');
  });
});

describe('13.11 folders and lists', () => {
  it('hides the default folder from the list of folders, or lists it', async () => {
    mailbox.admin.addFolder(name(), 'Pocket');
    const names = async (): Promise<unknown[]> =>
      ((await caller.call('/me/contactFolders')).body.value as { displayName: string }[]).map(
        (f) => f.displayName,
      );
    expect(await names()).toEqual(['Pocket']);
    mailbox.admin.set({ defaultFolder: 'listed' });
    expect(await names()).toEqual(['Contacts', 'Pocket']);
  });

  it('refuses the alias of the default folder, or takes it', async () => {
    expect((await caller.call('/me/contactFolders/contacts/contacts')).status).toBe(400);
    mailbox.admin.set({ contactsAlias: 'accepted' });
    expect((await caller.call('/me/contactFolders/contacts/contacts')).status).toBe(200);
  });

  it('creates, renames and removes folders, with what is in them', async () => {
    const made = await caller.call('/me/contactFolders', { method: 'POST', json: { displayName: 'Pocket' } });
    expect(made.status).toBe(201);
    const path = `/me/contactFolders/${encodeURIComponent(String(made.body.id))}`;
    const again = await caller.call('/me/contactFolders', {
      method: 'POST',
      json: { displayName: 'Pocket' },
    });
    expect([again.status, errorCode(again)]).toEqual([409, 'ErrorFolderExists']);
    const id = await caller.create({ givenName: 'Ilse' }, `${path}/contacts`);
    expect((await caller.call('/me/contacts')).body.value).toEqual([]);
    expect((await caller.get(id)).status).toBe(200);
    const renamed = await caller.call(path, { method: 'PATCH', json: { displayName: 'Handheld' } });
    expect(renamed.body.displayName).toBe('Handheld');
    expect((await caller.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await caller.get(id)).status).toBe(404);
    expect((await caller.call(path)).status).toBe(404);
  });

  it('pages by $top up to 1000 and $skip, 10 by default', async () => {
    mailbox.admin.seed(
      name(),
      Array.from({ length: 25 }, (_, n) => ({ contact: { givenName: `P${n}` } })),
    );
    expect((await caller.call('/me/contacts')).body.value).toHaveLength(10);
    expect((await caller.call('/me/contacts?$top=20')).body.value).toHaveLength(20);
    const last = await caller.call('/me/contacts?$top=20&$skip=20');
    expect([(last.body.value as unknown[]).length, last.body['@odata.nextLink']]).toEqual([5, undefined]);
    expect((await caller.call('/me/contacts?$top=1001')).status).toBe(400);
  });

  it('selects and sorts, and refuses what contacts do not have', async () => {
    for (const givenName of ['Bo', 'Ada', 'cem']) await caller.create({ givenName });
    const { body } = await caller.call('/me/contacts?$select=givenName&$orderby=givenName desc');
    expect((body.value as { givenName: string }[]).map((c) => c.givenName)).toEqual(['cem', 'Bo', 'Ada']);
    for (const query of [
      '$select=gender',
      '$orderby=homePhones',
      '$expand=photo',
      '$search="x"',
      '$nonsense=1',
    ]) {
      expect([query, (await caller.call(`/me/contacts?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('counts distribution lists but never returns them', async () => {
    await caller.create({});
    mailbox.admin.set({ distributionLists: 2 });
    expect((await caller.call('/me/contacts/$count')).text).toBe('3');
    const { body } = await caller.call('/me/contacts?$count=true');
    expect([body['@odata.count'], (body.value as unknown[]).length]).toEqual([3, 1]);
  });

  it('filters by e-mail address in the one form that exists', async () => {
    const id = await caller.create({ emailAddresses: [{ address: 'Ilse@Deichbau.example' }] });
    await caller.create({ emailAddresses: [{ address: 'bo@x.example' }] });
    const found = await caller.call(
      "/me/contacts?$filter=emailAddresses/any(a:a/address eq 'ilse@deichbau.example')",
    );
    expect((found.body.value as { id: string }[]).map((contact) => contact.id)).toEqual([id]);
    const other = await caller.call("/me/contacts?$filter=contains(emailAddresses,'ilse')");
    expect(other.status).toBe(400);
  });

  it('answers 405 to a PATCH of the collection, 404 and 400 for ids that name nothing', async () => {
    const collection = await caller.call('/me/contacts/', { method: 'PATCH', json: {} });
    expect([collection.status, errorCode(collection)]).toEqual([405, 'ErrorInvalidRequest']);
    expect(errorMessage(collection)).toBe('The OData request is not supported.');
    const id = await caller.create({});
    expect((await caller.remove(id)).status).toBe(204);
    const gone = await caller.remove(id);
    expect([gone.status, errorCode(gone)]).toEqual([404, 'ErrorItemNotFound']);
    const garbage = await caller.get('garbage');
    expect([garbage.status, errorCode(garbage)]).toEqual([400, 'ErrorInvalidIdMalformed']);
  });

  it('deletes for good by permanentDelete, unless switched off', async () => {
    const id = await caller.create({});
    mailbox.admin.set({ permanentDelete: 'refused' });
    expect((await caller.call(`${contactPath(id)}/permanentDelete`, { method: 'POST' })).status).toBe(405);
    mailbox.admin.set({ permanentDelete: 'offered' });
    expect((await caller.call(`${contactPath(id)}/permanentDelete`, { method: 'POST' })).status).toBe(204);
    expect((await caller.get(id)).status).toBe(404);
  });

  it('moves by PATCH of parentFolderId, ignores or refuses it, as switched', async () => {
    const id = await caller.create({});
    const parentFolderId = mailbox.admin.addFolder(name(), 'Other').id;
    expect((await caller.patch(id, { parentFolderId })).body.id).toBe(id);
    mailbox.admin.set({ moveByPatch: 'refused' });
    expect((await caller.patch(id, { parentFolderId })).status).toBe(400);
    mailbox.admin.set({ moveByPatch: 'moves' });
    const moved = await caller.patch(id, { parentFolderId });
    expect(moved.body.parentFolderId).toBe(parentFolderId);
    expect(moved.body.id).not.toBe(id);
  });

  it('translates ids from one form to the other', async () => {
    const id = await caller.create({});
    const { body } = await caller.call('/me/translateExchangeIds', {
      method: 'POST',
      json: { inputIds: [id], sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' },
    });
    const [{ targetId }] = body.value as [{ targetId: string }];
    expect(targetId).not.toBe(id);
    expect((await new Caller(mailbox, name(), 'IdType="ImmutableId"').get(id)).body.id).toBe(targetId);
  });
});

describe('13.12 extended properties', () => {
  it('are hidden unless expanded, and only those that exist come', async () => {
    const id = await caller.create({ singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '49' }] });
    expect((await caller.get(id)).body).not.toHaveProperty('singleValueExtendedProperties');
    expect(await extended(id, 'String 0x3A24', 'String 0x3A25')).toEqual({ 'String 0x3a24': '49' });
    const { body } = await caller.get(id, `?${expand('String 0x3A25')}`);
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

describe('13.20 photos', () => {
  const pixels = { width: 3, height: 2, data: new Uint8Array(24).fill(120) };
  const picture = Buffer.from(jpeg.encode(pixels, 90).data);
  const png = Buffer.from(encodePng({ ...pixels, channels: 4, depth: 8 }));
  const flag = 'Boolean {00062004-0000-0000-c000-000000000046} Id 0x8015';
  const put = (id: string, bytes: Buffer, type = 'image/jpeg', method = 'PUT') =>
    caller.call(`${contactPath(id)}/photo/$value`, { method, bytes, headers: { 'Content-Type': type } });

  it('are written and read byte for byte, with their metadata and the picture flag', async () => {
    const id = await caller.create({});
    const none = await caller.call(`${contactPath(id)}/photo/$value`);
    expect([none.status, errorCode(none)]).toEqual([404, 'ErrorItemNotFound']);
    expect(await extended(id, flag)).toEqual({});
    expect((await put(id, picture)).status).toBe(200);
    expect(await extended(id, flag)).toEqual({ [flag]: 'true' });
    const { body } = await caller.call(`${contactPath(id)}/photo`);
    expect(body).toMatchObject({ '@odata.mediaContentType': 'image/jpeg', id: '3X2', width: 3, height: 2 });
    const [answer] = await caller.batch([{ id: '1', method: 'GET', url: `${contactPath(id)}/photo/$value` }]);
    expect(answer!.headers['Content-Type']).toBe('image/jpeg');
    expect(Buffer.from(String(answer!.body), 'base64').equals(picture)).toBe(true);
    expect((await put(id, png, 'image/png', 'PATCH')).status).toBe(200);
    expect((await caller.call(`${contactPath(id)}/photo`)).body['@odata.mediaContentType']).toBe('image/png');
  });

  it('cannot be deleted, only by a person in Outlook', async () => {
    const id = await caller.create({});
    await put(id, picture);
    for (const path of ['photo', 'photo/$value']) {
      const refused = await caller.call(`${contactPath(id)}/${path}`, { method: 'DELETE' });
      expect([refused.status, errorCode(refused)]).toEqual([405, 'ErrorInvalidRequest']);
    }
    mailbox.admin.removePhoto(name(), id);
    mailbox.admin.set({ noPhotoCode: 'ImageNotFound' });
    expect(errorCode(await caller.call(`${contactPath(id)}/photo`))).toBe('ImageNotFound');
    expect(await extended(id, flag)).toEqual({});
  });

  it('are refused when they are no picture, too large, or not offered at all', async () => {
    const id = await caller.create({});
    expect((await put(id, Buffer.from('hello'))).status).toBe(400);
    expect((await put(id, picture, 'text/plain')).status).toBe(400);
    expect((await put(id, Buffer.concat([picture, Buffer.alloc(4 * 1024 * 1024)]))).status).toBe(413);
    mailbox.admin.set({ photos: 'refused' });
    expect((await put(id, picture)).status).toBe(405);
    expect((await caller.call(`${contactPath(id)}/photo/$value`)).status).toBe(404);
  });

  it.each([
    ['a JPEG', picture],
    ['a PNG', png],
  ])('are encoded anew as JPEG, as switched: %s', async (_what, file) => {
    mailbox.admin.set({ photoStorage: 'recoded' });
    const id = await caller.create({});
    expect((await put(id, file, 'image/*')).status).toBe(200);
    const dumped = mailbox.admin.dump(name()).contacts[0]!.photo!;
    const kept = jpeg.decode(Buffer.from(dumped.base64, 'base64'));
    expect([dumped.contentType, kept.width, kept.height]).toEqual(['image/jpeg', 3, 2]);
    expect([...kept.data].every((value, index) => Math.abs(value - (index % 4 === 3 ? 255 : 120)) <= 8)).toBe(
      true,
    );
  });
});
