/** R16: what the poorer side does to a record never shows on the richer one, however often it goes there and back. */
import { afterEach, describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../datasets/portrait/index.ts';
import { noisePhoto } from '../arbitraries/pictures.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { randomRoundTrips } from './random-round-trips.ts';
import { canonicalText, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const TRIPS = 10;
/** Of a large photo, which takes its time. */
const PHOTO_TRIPS = 2;

let rig: SyncRig<unknown> | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const dump = (of: SyncRig<unknown>) => of.mailbox.admin.dump(USER).contacts;
const onlyContact = (of: SyncRig<unknown>) => {
  const [contact, ...others] = dump(of);
  if (contact === undefined || others.length > 0) throw new Error(`${others.length + 1} contacts`);
  return contact;
};

describe('R16 ten round trips', () => {
  it('leave what only Outlook knows and what only the device knows byte for byte as they were', async () => {
    const bench = (rig = await startRig());
    const { device, mailbox } = bench;
    mailbox.admin.seed(USER, [
      {
        contact: {
          givenName: 'Grace',
          surname: 'Example',
          displayName: 'Mum',
          fileAs: 'Family: Mum',
          personalNotes: 'a\r\nb 🙂 אבג',
          imAddresses: ['sip:mum@example.org'],
          otherAddress: { street: 'Holiday home\r\n1st floor', city: 'Leer' },
          businessPhones: ['+1 1', '+1 2'],
          emailAddresses: [{ address: 'mum@example.org', name: 'Mother' }],
          categories: ['BLUE category', 'Red'],
          singleValueExtendedProperties: [
            { id: 'String {00062004-0000-0000-c000-000000000046} Id 0x804F', value: 'User field 1' },
          ],
        },
      },
    ]);
    await bench.synced();
    const [held] = device.records();
    const id = held?.id ?? '';
    const phones = Object.fromEntries(held?.record.phones ?? []);
    device.edit(id, { phones: { ...phones, OtherPhone: '555 00', HomeVoip: 'sip:h', OtherFax: '555 07' } });
    await bench.synced();
    const before = onlyContact(bench);
    const heldBefore = device.records()[0]?.record;
    for (let trip = 1; trip <= TRIPS; trip += 1) {
      device.edit(id, { JobTitle: `Admiral ${trip}` });
      await bench.synced();
      mailbox.admin.edit(USER, before.immutableId, { profession: `Mathematician ${trip}` });
      await bench.synced();
    }
    const edits = { jobTitle: `Admiral ${TRIPS}`, profession: `Mathematician ${TRIPS}` };
    const after = onlyContact(bench);
    expect(after).toEqual({ ...before, etag: after.etag, contact: { ...before.contact, ...edits } });
    const texts = new Map(heldBefore?.texts)
      .set('JobTitle', edits.jobTitle)
      .set('Profession', edits.profession);
    expect(device.records()[0]?.record).toEqual({ ...heldBefore, texts });
    await bench.idle();
    expect(device.offences).toEqual([]);
  });

  it('leave every field of random contacts as it was, edited on either side in turn', async () => {
    await randomRoundTrips({ records: 40, trips: TRIPS });
  });
});

describe('R16 a text of 64 kB with all that is easily lost', () => {
  it('goes both ways through a 2009 device', async () => {
    const bench = (rig = await startRig());
    const text = 'First line\nأبجد 🙂👩‍👩‍👧 Zoe\u0308 <b>&amp;</b> ]]> "\t"\n'.repeat(1_200).trim();
    expect(Buffer.byteLength(text)).toBeGreaterThan(64 * 1024);
    bench.mailbox.admin.seed(USER, [
      { contact: { givenName: 'Outlook', personalNotes: text.replaceAll('\n', '\r\n') } },
    ]);
    bench.device.add({ FirstName: 'Device', Notes: text });
    await bench.synced();
    const expected = ['Device', 'Outlook']
      .map((FirstName) => canonicalText({ FirstName, Notes: text }))
      .sort();
    expect(bench.deviceRecords()).toEqual(expected);
    expect(await bench.outlookRecords()).toEqual(expected);
    await bench.idle();
  });
});

describe('R16 a photo of 3 MB, over HTTPS between bridge and host', () => {
  const photo = noisePhoto();
  const bytes = Buffer.from(decodeBase64(photo));

  it('reaches the device whole and comes back with nobody’s copy changed', { timeout: 60_000 }, async () => {
    expect(bytes.length).toBeGreaterThan(3_000_000);
    const bench = (rig = await startAgentRig({ host: 'https' }));
    const { device, mailbox } = bench;
    mailbox.admin.seed(USER, [{ contact: { givenName: 'Outlook' }, photo: bytes }]);
    device.add({ FirstName: 'Device', Portrait: photo });
    await bench.synced();
    const portraits = (): unknown[] =>
      [...device.store.list('contacts')].map(({ fields }) => fields.Portrait);
    const photos = (): unknown[] => dump(bench).map((contact) => contact.photo?.base64);
    expect(portraits()).toEqual([photo, photo]);
    expect(photos()).toEqual([photo, photo]);

    for (const { id } of [...device.store.list('contacts')])
      device.store.edit('contacts', id, (fields) => ({ ...fields, Nickname: 'Sunny' }));
    await bench.synced();
    for (const { id } of dump(bench)) mailbox.admin.edit(USER, id, { profession: 'Painter' });
    await bench.synced();
    expect(portraits()).toEqual([photo, photo]);
    expect(photos()).toEqual([photo, photo]);
    await bench.idle();
  });

  it('is shrunk by a 2009 device, whose small copy never replaces it', { timeout: 60_000 }, async () => {
    const bench = (rig = await startRig({ host: 'https' }));
    const { device, mailbox } = bench;
    mailbox.admin.seed(USER, [{ contact: { givenName: 'Outlook' }, photo: bytes }]);
    await bench.synced();
    const [held] = device.records();
    expect(held?.xml).toMatch(/<Portrait>[^<]{100,20000}<\/Portrait>/);
    for (let trip = 1; trip <= PHOTO_TRIPS; trip += 1) {
      device.edit(held?.id ?? '', { Nickname: `Sunny ${trip}` });
      await bench.synced();
    }
    expect(onlyContact(bench).photo?.base64).toBe(photo);
    expect(onlyContact(bench).contact.nickName).toBe(`Sunny ${PHOTO_TRIPS}`);
    await bench.idle();
    expect(await bench.synced({ slow: true })).toMatchObject({
      device: { updated: 0 },
      mailbox: { updated: 0 },
    });
    expect(onlyContact(bench).photo?.base64).toBe(photo);
  });
});
