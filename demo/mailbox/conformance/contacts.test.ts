import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, contactPath, errorCode, errorMessage } from './caller.ts';

/** Spec: graph 13, line 11: contacts, their folders and lists. */

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
