/** Outlook's side of a lab: the local mailbox as a process, steered by its admin route, read by the real plugins. */
import { localAccount } from '../../../addin/auth/local-account.ts';
import { createGraphClient } from '../../../addin/outlook/graph/client.ts';
import { openMailbox, type OutlookMailbox } from '../../../addin/outlook/mailbox.ts';
import type { DatasetName, HeldRecord, Records } from '../../../demo/records.ts';
import { seedOf } from '../../../demo/seeds.ts';
import type { FailureSettings } from '../../../demo/mailbox/failures.ts';
import type { LogEntry } from '../../../demo/mailbox/request-log.ts';
import { built, Child } from './child.ts';

const READ_MS = 30_000;

export interface OutlookOptions {
  readonly preload: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export class Outlook {
  readonly url: string;
  readonly #child: Child;
  #user = 'user-0';
  #number = 0;
  #mailbox: OutlookMailbox | undefined;

  private constructor(child: Child) {
    this.#child = child;
    this.url = (JSON.parse(child.ready) as { readonly url: string }).url;
  }

  static async start({ preload, env }: OutlookOptions): Promise<Outlook> {
    const program = built('demo/mailbox/main.js');
    const isReady = (line: string): boolean => line.includes('"ready":true');
    return new Outlook(
      await Child.start({ program, args: ['--port', '0', '--json'], preload, env, isReady }),
    );
  }

  /** Whose mailbox the lab uses now. */
  get user(): string {
    return this.#user;
  }

  /** Somebody else's mailbox, an empty one. */
  nextUser(): void {
    this.#number += 1;
    this.#user = `user-${this.#number}`;
    this.#mailbox = undefined;
  }

  async seed(records: Records): Promise<void> {
    await this.#admin('POST', '/seed', seedOf(records));
  }

  /** A person's change. */
  async change(dataset: DatasetName, id: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#admin('PATCH', itemPath(dataset, id), body);
  }

  async remove(dataset: DatasetName, id: string): Promise<void> {
    await this.#admin('DELETE', itemPath(dataset, id));
  }

  /** Everything in the mailbox, and no more. */
  async held(): Promise<unknown> {
    return this.#admin('GET', '/dump');
  }

  /** Everything that the plugin reads in a full reading. */
  async records(dataset: DatasetName): Promise<readonly HeldRecord[]> {
    const signal = AbortSignal.timeout(READ_MS);
    this.#mailbox ??= await openMailbox(
      createGraphClient(localAccount(this.url, this.#user)),
      'local',
      signal,
    );
    const plugin = this.#mailbox.plugins(() => Promise.resolve()).create(dataset);
    const records: HeldRecord[] = [];
    for (let page: string | null = null; ;) {
      const answer = await plugin.read({ anchor: null, page }, signal);
      if (answer.kind === 'reset') throw new Error(answer.detail);
      records.push(...answer.items.map(({ id, fields }) => ({ id, fields })));
      if (answer.next === null) return records;
      page = answer.next;
    }
  }

  async fail(failures: readonly FailureSettings[]): Promise<void> {
    await this.#request('POST', '/admin/failures', failures);
  }

  /** Takes failures back that have not happened; tells whether there were any. */
  async clearFailures(): Promise<boolean> {
    const { pendingFailures } = (await this.#request('GET', '/admin/stats')) as {
      readonly pendingFailures: number;
    };
    await this.#request('DELETE', '/admin/failures');
    return pendingFailures > 0;
  }

  /** Requests since `forget`, oldest first. */
  async requests(): Promise<readonly LogEntry[]> {
    return (await this.#request('GET', '/admin/log')) as readonly LogEntry[];
  }

  async forget(): Promise<void> {
    await this.#request('DELETE', '/admin/log');
  }

  async close(): Promise<void> {
    await this.#child.kill();
  }

  #admin(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.#request(method, `/admin/mailboxes/${this.#user}${path}`, body);
  }

  async #request(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }
}

/** A task's item id names its list too; the service's own id is what comes last, encoded already. */
function itemPath(dataset: DatasetName, id: string): string {
  if (dataset === 'tasks') return `/tasks/${id.split('/').at(-1) ?? ''}`;
  return `/${dataset === 'calendar' ? 'events' : 'contacts'}/${encodeURIComponent(id)}`;
}
