/** Pictures of megabytes by the dozen: what bridge and host say to each other stays below what each of them takes. */
import { expect } from 'vitest';
import { MAX_CALL_CHARS } from '../../bridge/sync/batches.ts';
import { MAX_ANSWER_BYTES } from '../../contract/api.ts';
import { encodeBase64 } from '../../datasets/portrait/index.ts';
import { paddedJpeg, paintings } from '../arbitraries/pictures.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { USER } from '../support/sync-rig.ts';

const PEOPLE = 20;

/** A first sync, over HTTPS between bridge and host, of twenty people with such pictures on one side or on both. */
export async function syncLargePortraits(
  from: 'the device' | 'both sides',
  pictureBytes: number,
): Promise<void> {
  const picture = paddedJpeg(paintings.disc, pictureBytes);
  const Portrait = encodeBase64(picture);
  expect(PEOPLE * Portrait.length).toBeGreaterThan(2 * MAX_CALL_CHARS);
  const rig = await startAgentRig({ host: 'https' });
  try {
    const numbers = Array.from({ length: PEOPLE }, (_, number) => number);
    rig.device.store.add(
      'contacts',
      numbers.map((number) => ({ FirstName: `Device ${number}`, Portrait })),
    );
    const inOutlook = from === 'the device' ? [] : numbers;
    rig.mailbox.admin.seed(
      USER,
      inOutlook.map((number) => ({ contact: { givenName: `Outlook ${number}` }, photo: picture })),
    );
    const report = await rig.synced();
    expect(report).toMatchObject({ device: { created: inOutlook.length }, mailbox: { created: PEOPLE } });
    // One more picture may lie on top of what fits, and a page of a mailbox may be larger than a call.
    const { given = 0, answered = 0 } = rig.host?.largest ?? {};
    expect(given).toBeLessThan(MAX_CALL_CHARS + Portrait.length + 100_000);
    expect(answered).toBeLessThan(Math.min(MAX_ANSWER_BYTES, 2 * MAX_CALL_CHARS + 2 * Portrait.length));
    expect(report.lines.filter(({ action }) => action === 'problem')).toEqual([]);
    const onDevice = [...rig.device.store.list('contacts')];
    const photos = rig.mailbox.admin.dump(USER).contacts.map(({ photo }) => photo?.base64);
    const total = PEOPLE + inOutlook.length;
    expect(onDevice.filter(({ fields }) => fields.Portrait === Portrait)).toHaveLength(total);
    expect(photos.filter((base64) => base64 === Portrait)).toHaveLength(total);
  } finally {
    await rig.close();
  }
}
