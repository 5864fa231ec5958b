/** Contacts put back from their snapshots (spec: sync engine, G1; reliability R9), against the local mailbox. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arbitraryContact, arbitraryLine } from '../../../test/arbitraries/contacts.ts';
import { jpegOf, paintings } from '../../../test/arbitraries/pictures.ts';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import type { Fields } from '../../../datasets/index.ts';
import {
  createOf,
  itemOf,
  removeOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';

let bench: OutlookBench;
beforeEach(async () => {
  bench = await startOutlookBench();
});
afterEach(() => bench.close());

const { signal } = new AbortController();

/** All that the mailbox holds of a contact, but for what names this very item. */
function contentOf(id: string) {
  const found = bench.mailbox.admin.dump(USER).contacts.find(({ immutableId }) => immutableId === id);
  if (found === undefined) throw new Error(`no contact ${id}`);
  const own = Object.entries(found.extended).filter(([key]) => !key.endsWith('Name QDSync Key'));
  return { contact: found.contact, extended: Object.fromEntries(own), photo: found.photo };
}
const snapshotOf = async (id: string): Promise<string> => {
  const [kept] = await bench.plugin().snapshot([id], signal);
  return kept?.item ?? '';
};
const readItem = async (id: string): Promise<MailboxItem> => {
  const item = (await bench.read()).items.get(id);
  if (item === undefined) throw new Error(`no item ${id}`);
  return item;
};

/** What Outlook holds of a contact that no record has a field for. */
const arbitraryUnmapped = fc.record(
  {
    fileAs: arbitraryLine,
    initials: arbitraryLine,
    displayName: arbitraryLine,
    imAddresses: fc.array(arbitraryLine, { minLength: 1, maxLength: 3 }),
    otherAddress: fc.record({ street: arbitraryLine, city: arbitraryLine }),
    singleValueExtendedProperties: fc
      .subarray(
        ['String 0x3A1E', 'String 0x3A57', 'String {00062004-0000-0000-C000-000000000046} Id 0x804F'],
        { minLength: 1 },
      )
      .chain((ids) => fc.tuple(...ids.map((id) => arbitraryLine.map((value) => ({ id, value }))))),
  },
  { requiredKeys: [] },
);

describe('a contact that is removed and put back', () => {
  it('[SYNC-30] is in Outlook as it was, properties that no record has included', async () => {
    const cases = fc.array(fc.tuple(arbitraryContact(), arbitraryUnmapped), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(cases, async (contacts) => {
        const before = [];
        for (const [fields, unmapped] of contacts) {
          const { id } = await bench.create(fields);
          bench.mailbox.admin.edit(USER, id, unmapped);
          before.push({ item: await readItem(id), content: contentOf(id), snapshot: await snapshotOf(id) });
        }
        await bench.apply(...before.map(({ item }) => removeOf(item)));
        for (const { item, content, snapshot } of before) {
          const [result] = await bench.apply({ ...createOf(item.fields), restore: snapshot });
          expect(result).not.toHaveProperty('problems');
          expect(contentOf(itemOf(result).id)).toEqual(content);
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it('has the fields of the record where they differ from what was kept', async () => {
    const { id } = await bench.create({ FirstName: 'Ada', LastName: 'Byron', 'PhoneNumbers/HomePhone': '1' });
    bench.mailbox.admin.edit(USER, id, { fileAs: 'The Countess', businessPhones: ['', '22'] });
    const snapshot = await snapshotOf(id);
    const item = await readItem(id);
    await bench.apply(removeOf(item));
    const wanted: Fields = { FirstName: 'Ada', LastName: 'Lovelace', 'PhoneNumbers/HomeMobile': '3' };
    const [result] = await bench.apply({ ...createOf(wanted), restore: snapshot });
    expect(itemOf(result).fields).toEqual(wanted);
    expect(contentOf(itemOf(result).id)).toMatchObject({
      contact: { fileAs: 'The Countess', displayName: 'Ada Lovelace', homePhones: ['3'] },
      extended: { 'String 0x3a1b': '22' },
    });
  });

  it('is found by its key when the answer was lost, and is there once', async () => {
    const made = await bench.create({ LastName: 'Byron', Portrait: jpegOf(paintings.disc, 24, 30, 80) });
    const snapshot = await snapshotOf(made.id);
    await bench.apply(removeOf(await readItem(made.id)));
    const operation = { ...createOf(made.fields), restore: snapshot };
    bench.mailbox.admin.fail({ action: { kind: 'lostAnswer' }, path: 'me/contacts$' });
    const [lost] = await bench.apply(operation);
    expect(lost?.status).toBe('unknown');
    expect(await bench.plugin().find([operation.key], signal)).toHaveLength(1);
  });

  it('is put back without the rest where what was kept cannot be read, and that is told', async () => {
    const [result] = await bench.apply({ ...createOf({ LastName: 'Byron' }), restore: '{"photo":1}' });
    expect(itemOf(result).fields).toEqual({ LastName: 'Byron' });
    expect(result).toMatchObject({ problems: [{ code: 'loss.restore' }] });
  });
});

it('[SYNC-31] an update that is taken back gives addresses their names and a person’s own names back', async () => {
  const { id } = await bench.create({ FirstName: 'Ada', EmailAddresses: ['ada@x.example', 'b@x.example'] });
  bench.mailbox.admin.edit(USER, id, {
    fileAs: 'The Countess',
    emailAddresses: [
      { address: 'ada@x.example', name: 'Ada at work' },
      { address: 'b@x.example', name: 'Babbage' },
    ],
  });
  const [before, content, snapshot] = [await readItem(id), contentOf(id), await snapshotOf(id)];
  const [changed] = await bench.apply(updateOf(before, { FirstName: 'Countess', LastName: 'Lovelace' }));
  bench.mailbox.admin.edit(USER, id, { fileAs: 'Somebody' });
  const undo = { ...updateOf(itemOf(changed), before.fields), key: randomUUID(), restore: snapshot };
  await bench.apply(undo);
  expect(contentOf(id)).toEqual(content);
});
