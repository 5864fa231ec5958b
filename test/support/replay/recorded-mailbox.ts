/** Plays the Outlook host of a recording: answers each call as it was answered, and notes where another one is made. */
import { isDeepStrictEqual } from 'node:util';
import { isErrorCode, SyncError } from '../../../contract/errors.ts';
import type { RecordingEvent } from '../../../contract/recording.ts';
import type {
  MailboxItem,
  MailboxOperation,
  MailboxResult,
  ReadPage,
  ServerPluginFactory,
  ServerSyncPlugin,
  Snapshot,
} from '../../../contract/server-plugin.ts';
import { datasetDefinitions, type Fields } from '../../../datasets/index.ts';
import { eventsOf, onlyEvent, type EventOf } from './recording.ts';

type Method = EventOf<'call'>['method'];

export class RecordedMailbox {
  readonly differences: string[] = [];
  readonly #calls: EventOf<'call'>[];
  readonly #answers: ReadonlyMap<number, EventOf<'answer'>>;
  readonly #datasets: readonly string[];
  /** Keys of operations are made anew each time: the recorded one to that of now. */
  readonly #keys = new Map<string, string>();

  constructor(events: readonly RecordingEvent[]) {
    this.#datasets = onlyEvent(events, 'mailbox').datasets;
    this.#calls = [...eventsOf(events, 'call')];
    this.#answers = new Map(eventsOf(events, 'answer').map((answer) => [answer.call, answer]));
  }

  /** How many calls were not made. */
  get left(): number {
    return this.#calls.length;
  }

  get factory(): ServerPluginFactory {
    const folders = Object.fromEntries(this.#datasets.map((dataset) => [dataset, `folder of ${dataset}`]));
    return {
      mailbox: { tenant: 'recording', user: 'recorded', displayName: 'A recording', folders },
      datasets: this.#datasets,
      create: (dataset) => this.#plugin(dataset),
    };
  }

  #plugin(dataset: string): ServerSyncPlugin {
    return {
      dataset,
      read: async (request) => {
        const call = this.#take(dataset, 'read');
        if (!isDeepStrictEqual(plain(request), call.request)) this.#differs('read', request, call.request);
        return this.#withKeys(this.#answer(call)) as ReadPage;
      },
      apply: async (operations) => {
        const call = this.#take(dataset, 'apply');
        const recorded = (call.request as unknown as { operations: MailboxOperation[] }).operations;
        const meanings = [operations, recorded].map((all) => all.map((each) => meaningOf(dataset, each)));
        if (!isDeepStrictEqual(meanings[0], meanings[1])) this.#differs('apply', meanings[0], meanings[1]);
        recorded.forEach(({ key }, index) => this.#keys.set(key, operations[index]?.key ?? key));
        return this.#withKeys(this.#answer(call)) as readonly MailboxResult[];
      },
      find: async () => this.#withKeys(this.#answer(this.#take(dataset, 'find'))) as readonly MailboxItem[],
      snapshot: async (ids) => {
        const call = this.#take(dataset, 'snapshot');
        if (!isDeepStrictEqual({ ids }, call.request)) this.#differs('snapshot', ids, call.request);
        return this.#answer(call) as readonly Snapshot[];
      },
    };
  }

  #take(dataset: string, method: Method): EventOf<'call'> {
    const index = this.#calls.findIndex((call) => call.dataset === dataset && call.method === method);
    const [call] = index === -1 ? [] : this.#calls.splice(index, 1);
    if (call !== undefined) return call;
    this.differences.push(`${method} of ${dataset} is called once more`);
    throw new SyncError('sync.internal', 'the recording has no answer');
  }

  #answer({ call }: EventOf<'call'>): unknown {
    const answer = this.#answers.get(call);
    if (answer?.failed !== undefined)
      throw new SyncError(isErrorCode(answer.failed) ? answer.failed : 'sync.internal');
    return answer?.answer;
  }

  /** The answer with the keys of now. */
  #withKeys(answer: unknown): unknown {
    return JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
      (name === 'key' || name === 'createKey') && typeof value === 'string'
        ? (this.#keys.get(value) ?? value)
        : value,
    );
  }

  #differs(method: Method, now: unknown, then: unknown): void {
    this.differences.push(`${method}: now ${JSON.stringify(now)}; then ${JSON.stringify(then)}`);
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function meaningOf(dataset: string, operation: MailboxOperation): unknown {
  const canonical = (fields: Fields): Fields => datasetDefinitions.get(dataset)?.canonical(fields) ?? fields;
  const { kind } = operation;
  if (kind === 'create') return { kind, fields: canonical(operation.fields) };
  const { id, version } = operation;
  const expected = canonical(operation.expected);
  if (kind === 'remove') return { kind, id, version, expected };
  return {
    kind,
    id,
    version,
    expected,
    fields: canonical(operation.fields),
    changed: [...operation.changed].sort(),
  };
}
