/** Random contacts, half of them from either side, edited on either side in turn. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { contacts, type Fields } from '../../datasets/index.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { arbitraryContact } from '../arbitraries/contacts.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { canonicalText, USER } from '../support/sync-rig.ts';

const SEED = 16;

export async function randomRoundTrips({
  records,
  trips,
}: {
  readonly records: number;
  readonly trips: number;
}): Promise<void> {
  const rig = await startAgentRig();
  const { device, mailbox } = rig;
  const people = fc
    .sample(arbitraryContact(), { seed: SEED, numRuns: records })
    // Different names, so that no two are taken for one person.
    .map((fields, index) => contacts.normalise({ ...fields, LastName: `Number ${index}` }));
  try {
    mailbox.admin.seed(USER, people.slice(0, records / 2).map(fromPerson));
    device.store.add('contacts', people.slice(records / 2));
    for (let trip = 1; trip <= trips; trip += 1) {
      await rig.synced();
      const Office = `Room ${trip}`;
      if (trip % 2 === 0) {
        for (const { id } of mailbox.admin.dump(USER).contacts)
          mailbox.admin.edit(USER, id, { officeLocation: Office });
      } else {
        for (const { id } of [...device.store.list('contacts')])
          device.store.edit('contacts', id, (fields) => ({ ...fields, Office }));
      }
    }
    await rig.synced();
    const expected = people.map((fields) => canonicalText({ ...fields, Office: `Room ${trips}` })).sort();
    expect(rig.deviceRecords()).toEqual(expected);
    expect(await rig.outlookRecords()).toEqual(expected);
    await rig.idle();
  } finally {
    await rig.close();
  }
}

/** As a person would have put it into Outlook. */
function fromPerson(fields: Fields): { contact: Readonly<Record<string, unknown>>; photo?: Buffer } {
  const { contact, photo } = contactSeed(fields);
  return { contact, ...(photo !== undefined && { photo: Buffer.from(photo, 'base64') }) };
}
