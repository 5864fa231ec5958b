/** Server sync plugins whose work is done by an attached host: each method is one plugin call. */
import type { HostAnswer, HostCall } from '../../contract/api.ts';
import { isErrorCode, SyncError } from '../../contract/errors.ts';
import type {
  MailboxIdentity,
  MailboxItem,
  MailboxOperation,
  MailboxResult,
  ServerPluginFactory,
  ServerSyncPlugin,
} from '../../contract/server-plugin.ts';

/** Distributes `Omit` over the union, so that each kind of call keeps its own shape. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type CallRequest = WithoutId<HostCall>;

/** Asks the hosts of a mailbox, and waits. Rejects with a SyncError. */
export type AskHosts = (
  mailbox: MailboxIdentity,
  call: CallRequest,
  signal: AbortSignal,
) => Promise<HostAnswer>;

/** Keys asked for in one `find` call. */
const FIND_CHUNK = 1000;
/** Operations or ids in one call. */
const BATCH_LIMIT = 100;

export function createMailboxProxy(
  mailbox: MailboxIdentity,
  datasets: readonly string[],
  ask: AskHosts,
): ServerPluginFactory {
  return {
    mailbox,
    datasets,
    create: (dataset) =>
      createPluginProxy(dataset, (call, signal) => {
        return ask(mailbox, call, signal);
      }),
  };
}

function createPluginProxy(
  dataset: string,
  ask: (call: CallRequest, signal: AbortSignal) => Promise<HostAnswer>,
): ServerSyncPlugin {
  return {
    dataset,

    async read(request, signal) {
      const answer = await ask({ dataset, method: 'read', request }, signal);
      if (answer.method !== 'read') throw failure(answer);
      return answer.page;
    },

    async apply(operations, signal) {
      checkBatch('apply', operations.length);
      const answer = await ask({ dataset, method: 'apply', operations: [...operations] }, signal);
      if (answer.method !== 'apply') throw failure(answer);
      return resultsInOrder(operations, answer.results);
    },

    async find(keys, signal) {
      const items: MailboxItem[] = [];
      for (let start = 0; start < keys.length; start += FIND_CHUNK) {
        const found = await inHalves(keys.slice(start, start + FIND_CHUNK), async (chunk) => {
          const answer = await ask({ dataset, method: 'find', keys: [...chunk] }, signal);
          if (answer.method !== 'find') throw failure(answer);
          return answer.items;
        });
        items.push(...found);
      }
      return items;
    },

    async snapshot(ids, signal) {
      checkBatch('snapshot', ids.length);
      return inHalves(ids, async (chunk) => {
        const answer = await ask({ dataset, method: 'snapshot', ids: [...chunk] }, signal);
        if (answer.method !== 'snapshot') throw failure(answer);
        return answer.snapshots;
      });
    },
  };
}

/** Asks what changes nothing; where the answer would be too large, for less at a time. */
async function inHalves<K, R>(
  keys: readonly K[],
  ask: (keys: readonly K[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  try {
    return await ask(keys);
  } catch (error) {
    const tooLarge = error instanceof SyncError && error.code === 'api.too-large';
    if (!tooLarge || keys.length < 2) throw error;
    const middle = Math.ceil(keys.length / 2);
    const first = await inHalves(keys.slice(0, middle), ask);
    return [...first, ...(await inHalves(keys.slice(middle), ask))];
  }
}

/** One result per operation: what the host did not tell is unknown, what it was not asked for is left out. */
function resultsInOrder(
  operations: readonly MailboxOperation[],
  results: readonly MailboxResult[],
): MailboxResult[] {
  const byKey = new Map(results.map((result) => [result.key, result]));
  return operations.map(
    ({ key }) =>
      byKey.get(key) ?? {
        key,
        status: 'unknown',
        problem: { code: 'mailbox.unknown-fate', detail: 'the Outlook add-in did not tell' },
      },
  );
}

function failure(answer: HostAnswer): SyncError {
  if (answer.method !== 'failed') {
    return new SyncError('sync.internal', `the Outlook add-in answered ${answer.method}`);
  }
  const { code, detail } = answer.problem;
  return isErrorCode(code)
    ? new SyncError(code, detail)
    : new SyncError('mailbox.unavailable', `${code}: ${detail}`);
}

function checkBatch(method: string, size: number): void {
  if (size > BATCH_LIMIT) {
    throw new SyncError(
      'sync.internal',
      `${method} with ${size} entries, at most ${BATCH_LIMIT} are allowed`,
    );
  }
}
