/** The default contacts folder as the reads see it (spec: graph 2.3). */
import type { ItemSource } from '../items/source.ts';
import { LIST_PAGE, ID_PAGE } from '../items/read-page.ts';
import type { ContactsContext } from './context.ts';
import { deltaStarts } from './delta-start.ts';
import type { GraphContact } from './graph-contact.ts';
import { checkContact, completeItems, etagOf, fetchContacts } from './items.ts';
import { CONTACTS, MAPPED_QUERY } from './properties.ts';

export function contactsSource(context: ContactsContext): ItemSource<GraphContact> {
  return {
    client: context.client,
    noun: 'contacts',
    list: `${CONTACTS}?${MAPPED_QUERY}&$top=${LIST_PAGE}`,
    idList: `${CONTACTS}?$select=id&$top=${ID_PAGE}`,
    withoutDelta: 'read-everything',
    async *deltaStarts(signal) {
      for await (const url of deltaStarts(context.client, signal)) yield { url };
    },
    check: checkContact,
    fetch: (ids, signal) => fetchContacts(context, ids, signal),
    idOf: ({ id }) => id,
    etagOf,
    complete: (contacts, signal) => completeItems(context, contacts, signal),
  };
}
