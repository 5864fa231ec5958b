/** Where a delta over the default contacts folder can start (spec: graph 2.2, 2.3). */
import type { GraphClient } from '../graph/client.ts';
import { isObject } from '../graph/errors.ts';
import { CONTACTS } from './properties.ts';

const query = 'delta?$select=id';

/**
 * Links to try, in this order: the short form, which is not promised; then the documented form, for which the
 * folder's id has to be found.
 */
export async function* deltaStarts(client: GraphClient, signal: AbortSignal): AsyncGenerator<string> {
  yield `${CONTACTS}/${query}`;
  const folder = await findDefaultFolder(client, signal);
  if (folder !== undefined) yield `/me/contactFolders/${encodeURIComponent(folder)}/contacts/${query}`;
}

/** The default folder is not in the list of folders, but its items and its subfolders name it. */
async function findDefaultFolder(client: GraphClient, signal: AbortSignal): Promise<string | undefined> {
  for (const url of [`${CONTACTS}?$top=1&$select=parentFolderId`, '/me/contactFolders?$top=1']) {
    const reply = await client.get(url, { signal });
    const values: readonly unknown[] =
      isObject(reply.body) && Array.isArray(reply.body.value) ? reply.body.value : [];
    const [first] = values;
    if (isObject(first) && typeof first.parentFolderId === 'string') return first.parentFolderId;
  }
  return undefined;
}
