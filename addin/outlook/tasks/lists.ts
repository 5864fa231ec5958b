/** Which lists of To Do are synced: the default one, and those that the person has chosen. */
import { z } from 'zod';
import { SyncError } from '../../../contract/errors.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../graph/errors.ts';
import { LISTS } from './properties.ts';

const pageSchema = z.object({
  value: z.array(
    z.looseObject({
      id: z.string(),
      displayName: z.string().nullish(),
      wellknownListName: z.string().nullish(),
    }),
  ),
  '@odata.nextLink': z.string().optional(),
});
type TaskList = z.infer<typeof pageSchema>['value'][number];

/** No mailbox has more pages of lists. */
const MAX_PAGES = 100;

/**
 * Ids of the lists, the default one first; `wanted` are names or ids of the others.
 * @throws SyncError `config.invalid` for a list that is not there
 */
export async function findLists(
  client: GraphClient,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lists = await readLists(client, signal);
  const standard = lists.find(({ wellknownListName }) => wellknownListName === 'defaultList');
  if (standard === undefined) throw new SyncError('mailbox.unavailable', 'To Do has no default list');
  const others = wanted.map((name) => {
    const found = lists.find(({ id, displayName }) => id === name || displayName === name);
    // Flagged mails look like a list, but are no tasks of their own.
    if (found === undefined || found.wellknownListName === 'flaggedEmails')
      throw new SyncError('config.invalid', `outlook.taskLists: there is no task list ${name}`);
    return found.id;
  });
  return [...new Set([standard.id, ...others])];
}

async function readLists(client: GraphClient, signal: AbortSignal): Promise<readonly TaskList[]> {
  const lists: TaskList[] = [];
  let url: string | undefined = LISTS;
  for (let pages = 0; url !== undefined && pages < MAX_PAGES; pages += 1) {
    const reply = await client.get(url, { signal });
    if (reply.status !== 200) throw failure(reply, client.clock.now());
    const page = pageSchema.safeParse(reply.body);
    if (!page.success) throw new SyncError('mailbox.unavailable', 'To Do’s lists cannot be read');
    lists.push(...page.data.value);
    url = page.data['@odata.nextLink'];
  }
  return lists;
}
