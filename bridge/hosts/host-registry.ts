/**
 * The Outlook hosts that are attached, and the plugin calls that wait for them. The engine sees mailboxes and
 * plugins; hosts see calls to carry out. Who may work on what is decided by the call book; here are the waiting
 * and the timers.
 */
import { randomUUID } from 'node:crypto';
import {
  HOST_PATIENCE_MS,
  HOST_POLL_MS,
  LEASE_MS,
  type attachRequestSchema,
  type HostAnswer,
  type HostCall,
  type nextRequestSchema,
  type Status,
} from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { MailboxIdentity, ServerPluginFactory } from '../../contract/server-plugin.ts';
import type { z } from 'zod';
import { CallBook, sameMailbox, serves, type LateAnswer } from './call-book.ts';
import { systemClock, type Clock } from './clock.ts';
import { createMailboxProxy, type CallRequest } from './mailbox-proxy.ts';

/** How often leases and patience are looked at while somebody waits. */
const TICK_MS = 1000;
const MAX_HOSTS = 20;

export type AttachRequest = z.infer<typeof attachRequestSchema>;

export type NextRequest = z.infer<typeof nextRequestSchema>;

export interface NextCall {
  readonly call: HostCall | null;
  /** Calls that the host may stop working on. */
  readonly cancel: string[];
}

export interface HostRegistryOptions {
  readonly clock?: Clock;
  /** A host told the fate of a call that nobody waits for any more. */
  readonly onLateAnswer?: (late: LateAnswer) => void;
  /** A host came or went. */
  readonly onChange?: () => void;
}

/** What the engine needs of the hosts. */
export interface Mailboxes {
  /** The mailboxes that have a host now. */
  mailboxes(): readonly MailboxIdentity[];
  /**
   * The plugins of a mailbox that has a host, as soon as there is one.
   * @throws SyncError `mailbox.no-host` after HOST_PATIENCE_MS, `sync.cancelled` when the signal aborts
   */
  waitForMailbox(
    signal: AbortSignal,
    accept?: (mailbox: MailboxIdentity) => boolean,
  ): Promise<ServerPluginFactory>;
}

interface Poll {
  readonly working: readonly string[];
  readonly settle: (next: NextCall) => void;
}

interface Host {
  readonly id: string;
  readonly label: string;
  readonly mailbox: MailboxIdentity;
  readonly datasets: readonly string[];
  heardAt: number;
  /** Whether it was heard of within LEASE_MS, as last told to `onChange`. */
  present: boolean;
  /** The request that waits for a call, where there is one. A newer one takes its place. */
  poll: Poll | null;
}

interface Asker {
  readonly resolve: (answer: HostAnswer) => void;
  readonly reject: (error: SyncError) => void;
}

interface MailboxWaiter {
  readonly accept: (mailbox: MailboxIdentity) => boolean;
  readonly resolve: (factory: ServerPluginFactory) => void;
  readonly reject: (error: SyncError) => void;
}

export class HostRegistry implements Mailboxes {
  readonly #clock: Clock;
  readonly #onLateAnswer: (late: LateAnswer) => void;
  readonly #onChange: () => void;
  readonly #book = new CallBook();
  readonly #hosts = new Map<string, Host>();
  readonly #askers = new Map<string, Asker>();
  readonly #waiters = new Set<MailboxWaiter>();
  #stopTick: (() => void) | null = null;
  #closed = false;

  constructor(options: HostRegistryOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#onLateAnswer = options.onLateAnswer ?? (() => undefined);
    this.#onChange = options.onChange ?? (() => undefined);
  }

  // For the engine

  mailboxes(): readonly MailboxIdentity[] {
    const found: MailboxIdentity[] = [];
    for (const { mailbox } of this.#presentHosts()) {
      if (!found.some((other) => sameMailbox(other, mailbox))) found.push(mailbox);
    }
    return found;
  }

  waitForMailbox(
    signal: AbortSignal,
    accept: (mailbox: MailboxIdentity) => boolean = () => true,
  ): Promise<ServerPluginFactory> {
    const present = this.mailboxes().find(accept);
    if (present !== undefined) return Promise.resolve(this.#factory(present));
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiters.delete(waiter);
        stopWaiting();
        signal.removeEventListener('abort', cancel);
      };
      const waiter: MailboxWaiter = {
        accept,
        resolve: (factory) => {
          end();
          resolve(factory);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      const cancel = (): void => waiter.reject(new SyncError('sync.cancelled'));
      const stopWaiting = this.#clock.after(HOST_PATIENCE_MS, () =>
        waiter.reject(new SyncError('mailbox.no-host')),
      );
      this.#waiters.add(waiter);
      signal.addEventListener('abort', cancel);
      if (signal.aborted) cancel();
    });
  }

  // For the hosts

  /** Hosts that were heard of lately, for people. */
  hosts(): Status['hosts'] {
    return this.#presentHosts().map(({ label, mailbox, datasets }) => ({
      label,
      mailbox: mailbox.displayName === '' ? mailbox.user : mailbox.displayName,
      datasets: [...datasets],
    }));
  }

  /**
   * Enters a host and returns its id, by which it asks for calls and answers them.
   * @throws SyncError `bridge.not-running` while the bridge stops
   */
  attach({ mailbox, datasets, label }: AttachRequest): string {
    if (this.#closed) throw new SyncError('bridge.not-running', 'it is stopping');
    this.#makeRoom();
    const now = this.#clock.now();
    const host: Host = {
      id: randomUUID(),
      label,
      mailbox,
      datasets,
      heardAt: now,
      present: true,
      poll: null,
    };
    this.#hosts.set(host.id, host);
    this.#book.heard(host, now);
    this.#tellWaiters(mailbox);
    this.#keepTicking();
    this.#onChange();
    return host.id;
  }

  /** The host leaves. What it held goes to another host after the grace period. */
  detach(id: string): void {
    const host = this.#hosts.get(id);
    if (host === undefined) return;
    const now = this.#clock.now();
    this.#book.heard(host, now);
    this.#book.release(host, now);
    this.#remove(host);
  }

  /**
   * The next call for this host, or none after `waitMs` (HOST_POLL_MS when left out). `working` names the calls
   * that it holds, up to the moment when their answers have been taken.
   * @throws SyncError `api.not-found` for an unknown host: it shall attach again
   */
  next({ host: id, working, waitMs }: NextRequest, signal: AbortSignal): Promise<NextCall> {
    const host = this.#hosts.get(id);
    if (host === undefined) return Promise.reject(new SyncError('api.not-found', `host ${id}`));
    const now = this.#hear(host);
    this.#notePresence(host);
    host.poll?.settle({ call: null, cancel: [] });
    this.#book.renew(host, working, now);
    return new Promise((resolve) => {
      const stopWaiting = this.#clock.after(waitMs ?? HOST_POLL_MS, () => settle({ call: null, cancel: [] }));
      const leave = (): void => settle({ call: null, cancel: [] });
      const settle = (next: NextCall): void => {
        if (host.poll?.settle === settle) host.poll = null;
        stopWaiting();
        signal.removeEventListener('abort', leave);
        this.#hear(host);
        resolve(next);
      };
      if (signal.aborted) {
        leave();
        return;
      }
      signal.addEventListener('abort', leave);
      host.poll = { working, settle };
      this.#serve(host);
      this.#keepTicking();
    });
  }

  /**
   * A host's answer to a call; taken once, also when the host has lost its lease meanwhile.
   * @throws SyncError `api.not-found`, `api.lease-lost`, `api.invalid`
   */
  answer(id: string, call: string, answer: HostAnswer): void {
    const host = this.#hosts.get(id);
    if (host !== undefined) this.#book.renewAll(host, this.#hear(host));
    const outcome = this.#book.answer(id, call, answer);
    if (outcome.fate === 'late') this.#onLateAnswer(outcome.late);
    if (outcome.fate !== 'deliver') return;
    this.#askers.get(call)?.resolve(answer);
    this.#askers.delete(call);
    this.#serveAll();
  }

  /** Ends everything that waits: the bridge stops. */
  close(): void {
    this.#closed = true;
    for (const [call, asker] of this.#askers) {
      this.#book.close(call);
      asker.reject(new SyncError('sync.cancelled', 'the bridge stops'));
    }
    this.#askers.clear();
    for (const waiter of [...this.#waiters])
      waiter.reject(new SyncError('sync.cancelled', 'the bridge stops'));
    for (const host of [...this.#hosts.values()]) this.#remove(host);
    this.#stopTick?.();
    this.#stopTick = null;
  }

  #factory(mailbox: MailboxIdentity): ServerPluginFactory {
    const datasets = new Set<string>();
    for (const host of this.#hosts.values()) {
      for (const name of host.datasets) if (serves(host, mailbox, name)) datasets.add(name);
    }
    return createMailboxProxy(mailbox, [...datasets], (...call) => this.#ask(...call));
  }

  #ask(mailbox: MailboxIdentity, request: CallRequest, signal: AbortSignal): Promise<HostAnswer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new SyncError('sync.cancelled'));
        return;
      }
      const call: HostCall = { ...request, id: randomUUID() };
      const cancel = (): void => this.#fail(call.id, new SyncError('sync.cancelled'));
      signal.addEventListener('abort', cancel);
      this.#askers.set(call.id, {
        resolve: (answer) => {
          signal.removeEventListener('abort', cancel);
          resolve(answer);
        },
        reject: (error) => {
          signal.removeEventListener('abort', cancel);
          reject(error);
        },
      });
      this.#book.open(call, mailbox, this.#clock.now());
      this.#serveAll();
      this.#keepTicking();
    });
  }

  #fail(call: string, error: SyncError): void {
    const asker = this.#askers.get(call);
    this.#askers.delete(call);
    this.#book.close(call);
    asker?.reject(error);
    this.#serveAll();
  }

  /** Answers a call in the place of its host; results that are left out count as unknown. */
  #settle(call: string, answer: HostAnswer): void {
    const asker = this.#askers.get(call);
    this.#askers.delete(call);
    this.#book.close(call);
    asker?.resolve(answer);
    this.#serveAll();
  }

  #serveAll(): void {
    for (const host of [...this.#hosts.values()]) this.#serve(host);
  }

  /** Answers the host's waiting request if there is something to say. */
  #serve(host: Host): void {
    if (host.poll === null) return;
    const cancel = this.#book.stopped(host, host.poll.working);
    const call = this.#book.take(host, this.#clock.now()) ?? null;
    if (call !== null || cancel.length > 0) host.poll.settle({ call, cancel });
  }

  #hear(host: Host): number {
    host.heardAt = this.#clock.now();
    return host.heardAt;
  }

  #notePresence(host: Host): void {
    const present = this.#isPresent(host);
    if (present === host.present) return;
    host.present = present;
    if (present) this.#tellWaiters(host.mailbox);
    this.#onChange();
  }

  #tellWaiters(mailbox: MailboxIdentity): void {
    for (const waiter of [...this.#waiters]) {
      if (waiter.accept(mailbox)) waiter.resolve(this.#factory(mailbox));
    }
  }

  #isPresent(host: Host): boolean {
    return host.poll !== null || this.#clock.now() - host.heardAt < LEASE_MS;
  }

  #presentHosts(): Host[] {
    return [...this.#hosts.values()].filter((host) => this.#isPresent(host));
  }

  /** While calls are open or hosts attached, time itself can be the event. */
  #keepTicking(): void {
    if (this.#stopTick !== null || (this.#book.size === 0 && this.#hosts.size === 0)) return;
    this.#stopTick = this.#clock.after(TICK_MS, () => {
      this.#stopTick = null;
      this.#tick();
      this.#keepTicking();
    });
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const host of [...this.#hosts.values()]) {
      this.#book.heard(host, host.poll === null ? host.heardAt : now);
      if (now - host.heardAt >= HOST_PATIENCE_MS && host.poll === null) this.#remove(host);
      else this.#notePresence(host);
    }
    for (const id of this.#book.lapsed(now)) this.#settle(id, { method: 'apply', results: [] });
    for (const { id, error } of this.#book.overdue(now)) this.#fail(id, error);
    this.#serveAll();
  }

  /** Its leases run on, and it may still answer; to take part again it attaches again. */
  #remove(host: Host): void {
    this.#hosts.delete(host.id);
    host.poll?.settle({ call: null, cancel: [] });
    this.#onChange();
  }

  /** Bounds the number of hosts: the one that was silent longest leaves. */
  #makeRoom(): void {
    if (this.#hosts.size < MAX_HOSTS) return;
    const [silent] = [...this.#hosts.values()].sort((a, b) => a.heardAt - b.heardAt);
    if (silent !== undefined) this.detach(silent.id);
  }
}
