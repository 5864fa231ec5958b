/** How contacts are written, their photos after them. */
import type { FieldKey, Fields } from '../../../datasets/index.ts';
import { sameContent } from '../items/compare.ts';
import type { Change, Create, ItemWriter, Update } from '../items/writer.ts';
import type { ContactsContext } from './context.ts';
import { readHeld, type HeldContact } from './current.ts';
import { etagOf, recordOf, toItem } from './items.ts';
import { addPortraits } from './portraits.ts';
import { keptContact, restoreBody, richProperties } from './restore.ts';
import { CONTACTS, contactPath } from './properties.ts';
import { createBody, updateBody, type ContactBody } from './to-graph.ts';
import { writtenContact } from './written.ts';

export function contactsWriter(context: ContactsContext): ItemWriter<HeldContact> {
  const isSame = (fields: Fields, change: Change, ignored: readonly FieldKey[]): boolean =>
    sameContent(context.definition, fields, change.expected, ignored);
  return {
    batch: context.batch,
    gate: context.gate,
    create({ fields, key, restore }: Create) {
      const kept = restore === undefined ? undefined : keptContact(context, restore);
      const body = kept === undefined ? createBody(fields, key) : restoreBody(context, fields, key, kept);
      return { method: 'POST', url: CONTACTS, body };
    },
    written(_operation, part, reply, before) {
      const contact = writtenContact(reply.body, before?.contact, part.body as ContactBody);
      return contact === undefined ? undefined : { contact, portrait: before?.portrait };
    },
    current: (changes, signal) => readHeld(context, changes, signal),
    isExpected: (change, { contact, portrait }) =>
      isSame(recordOf(context, contact, portrait), change, ignoredFields(change)),
    toItem: ({ contact, portrait }) => toItem(context, contact, portrait),
    change(change, { contact }) {
      const etag = etagOf(contact);
      const headers: Record<string, string> = etag === '' ? {} : { 'If-Match': etag };
      const url = contactPath(change.id);
      if (change.kind === 'remove') return { method: 'DELETE', url, headers };
      if (isOnlyPortrait(change)) return undefined;
      const { fields, changed, restore } = change;
      const kept = restore === undefined ? undefined : keptContact(context, restore);
      const rich = kept === undefined ? {} : richProperties(context, fields, changed, kept);
      return { method: 'PATCH', url, headers, body: { ...updateBody(fields, changed, contact), ...rich } };
    },
    finish: (written, signal) => addPortraits(context, written, signal),
  };
}

const isOnlyPortrait = ({ changed }: Update): boolean => changed.every((field) => field === 'Portrait');

/** A photo that is neither written nor removed is not compared: it is in nobody's way. */
const ignoredFields = (change: Change): readonly FieldKey[] =>
  change.kind === 'remove' || change.changed.includes('Portrait') ? [] : ['Portrait'];
