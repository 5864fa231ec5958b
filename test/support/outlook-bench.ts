/** An Outlook plugin on a local mailbox over real HTTP, and the hands of the mailbox's owner. */
import { deepStrictEqual } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { localAccount } from '../../addin/auth/local-account.ts';
import { createGraphClient } from '../../addin/outlook/graph/client.ts';
import { openMailbox, type OutlookMailbox } from '../../addin/outlook/mailbox.ts';
import type { WriteGate } from '../../addin/outlook/graph/batch.ts';
import type {
  MailboxItem,
  MailboxOperation,
  MailboxResult,
  ServerSyncPlugin,
} from '../../contract/server-plugin.ts';
import { DEFAULT_OUTLOOK_SETTINGS, type OutlookSettings } from '../../contract/api.ts';
import { contacts, type DatasetDefinition, type Fields } from '../../datasets/index.ts';
import { startMailbox, type Mailbox } from '../../demo/mailbox/mailbox.ts';
import type { SwitchSettings } from '../../demo/mailbox/switches.ts';
import { readAll, type WholeRead } from '../contracts/server-plugin-contract.ts';
import { waitlessClock, type WaitlessClock } from './waitless-clock.ts';

export const USER = 'anna';

export interface OutlookBench {
  readonly mailbox: Mailbox;
  readonly clock: WaitlessClock;
  readonly opened: OutlookMailbox;
  plugin(gate?: WriteGate): ServerSyncPlugin;
  read(anchor?: string | null): Promise<WholeRead>;
  apply(...operations: MailboxOperation[]): Promise<readonly MailboxResult[]>;
  /** Creates one record and gives what the plugin said that the mailbox holds. */
  create(fields: Fields): Promise<MailboxItem>;
  /** The next request to this path is carried out, and its answer is lost on the way. */
  loseAnswer(path: string): void;
  close(): Promise<void>;
}

export interface OutlookBenchOptions {
  /** Name of the plugin's dataset; contacts unless told otherwise. */
  readonly dataset?: string;
  readonly settings?: Partial<OutlookSettings>;
}

export async function startOutlookBench(
  switches: SwitchSettings = {},
  { dataset = contacts.name, settings = {} }: OutlookBenchOptions = {},
): Promise<OutlookBench> {
  const mailbox = await startMailbox({ switches });
  const clock = waitlessClock();
  let lost: string | undefined;
  const fetcher: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (lost === undefined || typeof input !== 'string' || !input.endsWith(lost)) return response;
    lost = undefined;
    await response.arrayBuffer();
    throw new TypeError('the connection was closed');
  };
  const client = createGraphClient(localAccount(mailbox.url, USER), { clock, fetcher });
  const { signal } = new AbortController();
  const opened = await openMailbox(client, 'local', signal);
  const plugin = (gate: WriteGate = async () => undefined): ServerSyncPlugin =>
    opened.plugins(gate, { ...DEFAULT_OUTLOOK_SETTINGS, ...settings }).create(dataset);
  return {
    mailbox,
    clock,
    opened,
    plugin,
    read: (anchor = null) => readAll(() => plugin(), anchor),
    apply: (...operations) => plugin().apply(operations, signal),
    async create(fields) {
      const [result] = await plugin().apply([createOf(fields)], signal);
      return itemOf(result);
    },
    loseAnswer: (path) => void (lost = path),
    async close() {
      const mail = mailbox.admin.calendar.outgoingMail(USER);
      await mailbox.close();
      // Whatever a test is about: nobody gets mail unless that was allowed.
      if (settings.meetings !== 'writable') deepStrictEqual(mail, []);
    },
  };
}

export const createOf = (fields: Fields): Extract<MailboxOperation, { kind: 'create' }> => ({
  kind: 'create',
  key: randomUUID(),
  fields,
});

/** An update of an item to other fields, as the planner makes it: whatever differs is to be written. */
export function updateOf(
  item: MailboxItem,
  fields: Fields,
  definition: DatasetDefinition = contacts,
): Extract<MailboxOperation, { kind: 'update' }> {
  const keys = new Set([...Object.keys(item.fields), ...Object.keys(fields)]);
  return {
    kind: 'update',
    key: randomUUID(),
    id: item.id,
    fields,
    changed: [...keys].filter((key) => !definition.sameValue(key, item.fields[key], fields[key])),
    expected: item.fields,
    version: item.version,
  };
}

export const removeOf = (item: MailboxItem): Extract<MailboxOperation, { kind: 'remove' }> => ({
  kind: 'remove',
  key: randomUUID(),
  id: item.id,
  expected: item.fields,
  version: item.version,
});

export function itemOf(result: MailboxResult | undefined): MailboxItem {
  if (result?.status !== 'done' || result.item === undefined)
    throw new Error(`not done: ${JSON.stringify(result)}`);
  return result.item;
}

/** Keys of the fields that do not mean the same. */
export function differences(a: Fields, b: Fields, definition: DatasetDefinition = contacts): string[] {
  const [first, second] = [definition.canonical(a), definition.canonical(b)];
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys].filter((key) => !definition.sameValue(key, first[key], second[key]));
}
