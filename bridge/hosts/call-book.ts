/**
 * Who may work on which plugin call: leases, their renewal, hand-over and end (spec: sync engine 3, "Plugin
 * calls to a host"). Decisions only: no timers, no promises; every method is told the time.
 *
 * Rules
 *   LEASE-1  A call is worked on by one host at a time, under a lease of LEASE_MS.
 *   LEASE-2  Each request of the host renews its leases; one that asks for work names what it works on, and what
 *            it does not name is not renewed.
 *   LEASE-3  Another host gets the call only LEASE_GRACE_MS after the lease ended: by then every request of the
 *            first host is over. The first host itself may have it again as soon as its lease has ended.
 *   LEASE-4  Only hosts of the call's own mailbox and folder get it.
 *   LEASE-5  The first answer of a host that ever held the call counts, whether or not its lease has ended; a
 *            failure counts only from the host that holds the call. Later answers are `late`; the same host's
 *            second answer is `repeated`.
 *   LEASE-6  A call that writes is handed out once: who had it may have done any part of it. When its lease and the grace
 *            are over it is `lapsed`, and each of its operations counts as one whose answer was lost.
 */
import {
  HOST_PATIENCE_MS,
  LEASE_GRACE_MS,
  LEASE_MS,
  type HostAnswer,
  type HostCall,
} from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { MailboxIdentity } from '../../contract/server-plugin.ts';

/** A call's time in all, however often it is renewed: nothing waits for ever. */
export const CALL_LIFE_MS = 15 * 60_000;
/** Calls that one host may hold at once; as many as it can name in a request. */
export const MAX_HELD = 20;
/** Closed calls that are remembered so that late answers can still be read. */
const MAX_CLOSED = 500;

/** An attached host, as far as leases are concerned. */
export interface LeaseHolder {
  readonly id: string;
  readonly mailbox: MailboxIdentity;
  readonly datasets: readonly string[];
}

interface OpenCall {
  readonly call: HostCall;
  readonly mailbox: MailboxIdentity;
  readonly openedAt: number;
  /** When a host that could do this call was last heard of. */
  servedAt: number;
  lease: { readonly host: string; readonly until: number } | null;
  /** Every host that ever held the call. */
  readonly holders: Set<string>;
}

/** What is kept of a closed call: enough to read late answers, not its records. */
interface ClosedCall {
  readonly id: string;
  readonly dataset: string;
  readonly method: HostCall['method'];
  readonly mailbox: MailboxIdentity;
  readonly holders: ReadonlySet<string>;
  readonly answeredBy: Set<string>;
}

/** An answer to a call that nobody waits for any more; it may carry the ids of items that were made. */
export interface LateAnswer {
  readonly mailbox: MailboxIdentity;
  readonly dataset: string;
  readonly call: string;
  readonly answer: HostAnswer;
}

export type AnswerFate =
  | { readonly fate: 'deliver' }
  | { readonly fate: 'late'; readonly late: LateAnswer }
  /** Nothing to do: the host said it before, or its failure no longer matters. */
  | { readonly fate: 'repeated' };

/** Whether the host keeps the very records that the call is about: same mailbox, same folder. */
export function serves(holder: LeaseHolder, mailbox: MailboxIdentity, dataset: string): boolean {
  return (
    sameMailbox(holder.mailbox, mailbox) &&
    holder.mailbox.folders[dataset] === mailbox.folders[dataset] &&
    holder.datasets.includes(dataset)
  );
}

export function sameMailbox(a: MailboxIdentity, b: MailboxIdentity): boolean {
  return a.tenant === b.tenant && a.user === b.user;
}

export class CallBook {
  /** In the order in which they were opened, which is the order in which they are handed out. */
  readonly #open = new Map<string, OpenCall>();
  readonly #closed = new Map<string, ClosedCall>();

  get size(): number {
    return this.#open.size;
  }

  open(call: HostCall, mailbox: MailboxIdentity, now: number): void {
    const holders = new Set<string>();
    this.#open.set(call.id, { call, mailbox, openedAt: now, servedAt: now, lease: null, holders });
  }

  /** The call will not be waited for any longer. Its late answers are still recognised. */
  close(id: string): void {
    this.#close(id, undefined);
  }

  /** Leases the first call that this host may have; undefined when there is none for it now. */
  take(holder: LeaseHolder, now: number): HostCall | undefined {
    let held = 0;
    for (const entry of this.#open.values()) {
      if (entry.lease?.host === holder.id && entry.lease.until > now) held += 1;
    }
    if (held >= MAX_HELD) return undefined;
    for (const entry of this.#open.values()) {
      if (!isFree(entry, holder, now)) continue;
      entry.lease = { host: holder.id, until: now + LEASE_MS };
      entry.holders.add(holder.id);
      return entry.call;
    }
    return undefined;
  }

  /** Renews the leases of the calls that the host says it works on. */
  renew(holder: LeaseHolder, working: readonly string[], now: number): void {
    for (const id of working) {
      const entry = this.#open.get(id);
      if (entry?.lease?.host === holder.id) entry.lease = { host: holder.id, until: now + LEASE_MS };
    }
  }

  /** The host is alive but did not say what it works on (it sent an answer): its leases go on. */
  renewAll(holder: LeaseHolder, now: number): void {
    for (const entry of this.#open.values()) {
      if (entry.lease?.host === holder.id && entry.lease.until > now) {
        entry.lease = { host: holder.id, until: now + LEASE_MS };
      }
    }
  }

  /** Which of the calls that a host works on are closed or were given to another host. */
  stopped(holder: LeaseHolder, working: readonly string[]): string[] {
    return working.filter((id) => this.#open.get(id)?.lease?.host !== holder.id);
  }

  /** The host leaves: its leases end now, but what it has sent to the mailbox may still be under way. */
  release(holder: LeaseHolder, now: number): void {
    for (const entry of this.#open.values()) {
      if (entry.lease?.host === holder.id) {
        entry.lease = { host: holder.id, until: Math.min(entry.lease.until, now) };
      }
    }
  }

  /** Notes when a host that could do these calls was heard of. */
  heard(holder: LeaseHolder, at: number): void {
    for (const entry of this.#open.values()) {
      if (serves(holder, entry.mailbox, entry.call.dataset)) entry.servedAt = Math.max(entry.servedAt, at);
    }
  }

  /**
   * Reads an answer. `deliver` closes the call.
   * @throws SyncError `api.not-found` for a call that never was or is long forgotten, `api.lease-lost` for a call
   * that this host never held, `api.invalid` for an answer to another method
   */
  answer(host: string, id: string, answer: HostAnswer): AnswerFate {
    const entry = this.#open.get(id);
    if (entry !== undefined) {
      checkAnswer(host, { id, method: entry.call.method, holders: entry.holders }, answer);
      if (answer.method === 'failed' && entry.lease?.host !== host) return { fate: 'repeated' };
      this.#close(id, host);
      return { fate: 'deliver' };
    }
    const closed = this.#closed.get(id);
    if (closed === undefined) throw new SyncError('api.not-found', `plugin call ${id}`);
    checkAnswer(host, closed, answer);
    if (answer.method === 'failed' || closed.answeredBy.has(host)) return { fate: 'repeated' };
    closed.answeredBy.add(host);
    return { fate: 'late', late: { mailbox: closed.mailbox, dataset: closed.dataset, call: id, answer } };
  }

  /** Calls that write, and whose host is gone with their fate. They stay open until closed. */
  lapsed(now: number): readonly string[] {
    return [...this.#open.values()].flatMap(({ call, lease }) =>
      isWriting(call) && lease !== null && now >= lease.until + LEASE_GRACE_MS ? [call.id] : [],
    );
  }

  /** Calls that nobody can be expected to answer any more, with the reason. They stay open until closed. */
  overdue(now: number): { readonly id: string; readonly error: SyncError }[] {
    const found: { id: string; error: SyncError }[] = [];
    for (const { call, openedAt, servedAt } of this.#open.values()) {
      const what = `${call.method} of ${call.dataset}`;
      if (now - servedAt >= HOST_PATIENCE_MS) {
        found.push({ id: call.id, error: new SyncError('mailbox.host-lost', what) });
      } else if (now - openedAt >= CALL_LIFE_MS) {
        const detail = `${what} took longer than ${CALL_LIFE_MS / 60_000} minutes`;
        found.push({ id: call.id, error: new SyncError('mailbox.host-lost', detail) });
      }
    }
    return found;
  }

  #close(id: string, answeredBy: string | undefined): void {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    this.#open.delete(id);
    if (entry.holders.size === 0) return;
    const { call, mailbox, holders } = entry;
    const answered = new Set(answeredBy === undefined ? [] : [answeredBy]);
    this.#closed.set(id, {
      id,
      dataset: call.dataset,
      method: call.method,
      mailbox,
      holders,
      answeredBy: answered,
    });
    for (const oldest of this.#closed.keys()) {
      if (this.#closed.size <= MAX_CLOSED) break;
      this.#closed.delete(oldest);
    }
  }
}

function isFree(entry: OpenCall, holder: LeaseHolder, now: number): boolean {
  if (!serves(holder, entry.mailbox, entry.call.dataset)) return false;
  if (entry.lease === null) return true;
  if (isWriting(entry.call)) return false;
  const wait = entry.lease.host === holder.id ? 0 : LEASE_GRACE_MS;
  return now >= entry.lease.until + wait;
}

function isWriting(call: HostCall): boolean {
  return call.method === 'apply';
}

function checkAnswer(
  host: string,
  call: Pick<ClosedCall, 'id' | 'method' | 'holders'>,
  answer: HostAnswer,
): void {
  if (!call.holders.has(host)) throw new SyncError('api.lease-lost', `plugin call ${call.id}`);
  if (answer.method !== 'failed' && answer.method !== call.method) {
    throw new SyncError('api.invalid', `answer.method: ${answer.method} instead of ${call.method}`);
  }
}
