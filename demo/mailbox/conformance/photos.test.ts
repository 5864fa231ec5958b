import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, contactPath, errorCode } from './caller.ts';

/** Spec: graph 13, line 20: photos of contacts. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `photos-${user++}`);
});
const name = (): string => `photos-${user - 1}`;

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
    expect(await caller.extended(id, flag)).toEqual({});
    expect((await put(id, picture)).status).toBe(200);
    expect(await caller.extended(id, flag)).toEqual({ [flag]: 'true' });
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
    expect(await caller.extended(id, flag)).toEqual({});
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
