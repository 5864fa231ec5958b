/**
 * Runs the Outlook plugins for the bridge: attaches, takes calls, carries them out, answers. The same loop runs in
 * the pane and in Node. It keeps nothing that another host would need.
 */
import {
  DEFAULT_OUTLOOK_SETTINGS,
  HOST_POLL_MS,
  type HostAnswer,
  type HostCall,
  type OutlookSettings,
} from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { MailboxIdentity, ServerPluginFactory } from '../../contract/server-plugin.ts';
import { isAborted, pause, systemClock, type Clock } from '../outlook/graph/clock.ts';
import { ThrottledError } from '../outlook/graph/errors.ts';
import type { HostApi } from './bridge-client.ts';
import { fitting } from './fitting.ts';
import { Lease } from './lease.ts';
import { ReadAhead } from './read-ahead.ts';

/** The plugins of one mailbox; the gate is asked before each write, the settings are the person's. */
export interface HostedMailbox {
  readonly identity: MailboxIdentity;
  readonly datasets: readonly string[];
  plugins(gate: (signal: AbortSignal) => Promise<void>, settings: OutlookSettings): ServerPluginFactory;
}

export type HostState =
  | { readonly state: 'attached' }
  /** It goes on by itself, after a pause. */
  | { readonly state: 'waiting'; readonly problem: SyncError };

export interface PluginHostOptions {
  readonly bridge: HostApi;
  readonly mailbox: HostedMailbox;
  /** For people: "task pane", "headless". */
  readonly label: string;
  readonly onState?: (state: HostState) => void;
  readonly clock?: Clock;
}

/** While it works a host asks often, for each answered request renews its leases. */
const workingPollMs = 5000;
/** As many calls as a request can name. */
const maxCalls = 20;
const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** An answer is offered this often before the call is left to its lease. */
const answerAttempts = 5;

interface Work {
  readonly call: HostCall;
  readonly lease: Lease;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Serves the bridge until the signal aborts, then detaches; resolves when that is done.
 * @throws SyncError `api.unauthorized`, `api.forbidden`: the key is no good, and only a person can help
 */
export async function runPluginHost(options: PluginHostOptions, signal: AbortSignal): Promise<void> {
  const clock = options.clock ?? systemClock;
  let rest = firstPauseMs;
  while (!signal.aborted) {
    try {
      await new Attachment(options, clock, signal).serve(() => (rest = firstPauseMs));
    } catch (error) {
      const problem = toSyncError(error, 'bridge.not-running');
      if (problem.code === 'api.unauthorized' || problem.code === 'api.forbidden') throw problem;
      if (isAborted(signal)) return;
      options.onState?.({ state: 'waiting', problem });
      // The bridge has restarted and does not know us: attach again without waiting.
      if (problem.code !== 'api.not-found') {
        await pause(clock, rest, signal);
        rest = Math.min(longestPauseMs, rest * 2);
      }
    }
  }
}

/** One stay at the bridge, from attaching until it is over. */
class Attachment {
  readonly #options: PluginHostOptions;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #working = new Map<string, Work>();
  readonly #readAhead: ReadAhead;
  #host = '';
  /** What is given up now is given up because this stay ends, and not because anything is wrong with it. */
  #leaving = false;
  #settings = DEFAULT_OUTLOOK_SETTINGS;

  constructor(options: PluginHostOptions, clock: Clock, signal: AbortSignal) {
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#readAhead = new ReadAhead(clock);
  }

  /** Serves until the signal aborts or the bridge does not answer any more; tells of each answer. */
  async serve(answered: () => void): Promise<void> {
    const { bridge, mailbox, label } = this.#options;
    const { identity, datasets } = mailbox;
    const request = { mailbox: identity, datasets: [...datasets], label };
    const { host, settings } = await bridge.attach(request, this.#signal);
    this.#host = host;
    this.#settings = settings;
    this.#options.onState?.({ state: 'attached' });
    try {
      // A call that has just come has no confirmed lease yet: the next request comes back at once.
      for (let hurry = false; !this.#signal.aborted;) {
        hurry = await this.#ask(hurry);
        answered();
      }
    } finally {
      await this.#leave();
    }
  }

  /** One request for work. Tells whether a call came with the answer. */
  async #ask(hurry: boolean): Promise<boolean> {
    while (this.#working.size >= maxCalls)
      await Promise.race([...this.#working.values()].map(({ done }) => done));
    const named = [...this.#working.values()];
    const sentAt = this.#clock.now();
    const waitMs = hurry ? 0 : named.length > 0 ? workingPollMs : HOST_POLL_MS;
    const working = named.map(({ call }) => call.id);
    const { call, cancel } = await this.#options.bridge.next(
      { host: this.#host, working, waitMs },
      this.#signal,
    );
    for (const work of named) {
      if (cancel.includes(work.call.id)) {
        work.lease.lose(new SyncError('api.lease-lost', work.call.id));
        work.abort.abort();
      } else work.lease.renew(sentAt);
    }
    if (call === null || this.#working.has(call.id)) return false;
    this.#start(call);
    return true;
  }

  #start(call: HostCall): void {
    const lease = new Lease(() => this.#clock.now());
    const abort = new AbortController();
    const done = this.#carryOut(call, lease, AbortSignal.any([abort.signal, this.#signal])).finally(() =>
      this.#working.delete(call.id),
    );
    this.#working.set(call.id, { call, lease, abort, done });
  }

  async #carryOut(call: HostCall, lease: Lease, signal: AbortSignal): Promise<void> {
    let answer: HostAnswer;
    try {
      const plugins = this.#options.mailbox.plugins(
        (writeSignal) => lease.beforeWrite(writeSignal),
        this.#settings,
      );
      answer = await this.#perform(plugins, call, signal);
    } catch (error) {
      // Who gives a call up because it leaves says nothing: another host, or this one when it is back, carries it out.
      if (this.#leaving) return;
      answer = failed(error);
    }
    await this.#answer(call, answer);
  }

  async #perform(plugins: ServerPluginFactory, call: HostCall, signal: AbortSignal): Promise<HostAnswer> {
    const plugin = plugins.create(call.dataset);
    switch (call.method) {
      case 'read':
        return { method: 'read', page: await this.#readAhead.read(plugin, call.request, signal) };
      case 'apply':
        return { method: 'apply', results: fitting(await plugin.apply(call.operations, signal)) };
      case 'find':
        return { method: 'find', items: [...(await plugin.find(call.keys, signal))] };
      case 'snapshot':
        return { method: 'snapshot', snapshots: [...(await plugin.snapshot(call.ids, signal))] };
    }
  }

  /** Offers the answer, also when the lease is lost: the ids in it may be worth something. */
  async #answer(call: HostCall, answer: HostAnswer): Promise<void> {
    for (let attempt = 1; attempt <= answerAttempts; attempt += 1) {
      try {
        // Not the host's signal: what has been done is told even when the host is about to end.
        await this.#options.bridge.answer(this.#host, call.id, answer, new AbortController().signal);
        return;
      } catch (error) {
        const problem = toSyncError(error, 'bridge.not-running');
        if (problem.code === 'api.too-large' && answer.method !== 'failed') answer = failed(problem);
        else if (problem.code !== 'bridge.not-running') return;
        if (this.#signal.aborted) return;
        await pause(this.#clock, firstPauseMs * attempt, this.#signal);
      }
    }
  }

  /** Ends what is being worked on and says goodbye; a bridge that is gone needs none. */
  async #leave(): Promise<void> {
    this.#leaving = true;
    for (const { abort, lease } of this.#working.values()) {
      lease.lose(new SyncError('sync.cancelled', 'the host ends'));
      abort.abort();
    }
    await Promise.all([...this.#working.values()].map(({ done }) => done));
    this.#readAhead.close();
    try {
      await this.#options.bridge.detach(this.#host, AbortSignal.timeout(firstPauseMs * 4));
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
    }
  }
}

function failed(error: unknown): HostAnswer {
  const { code, detail } = toSyncError(error);
  const retry = error instanceof ThrottledError ? { retryAfterMs: error.retryAfterMs } : {};
  return { method: 'failed', problem: { code, detail: detail.slice(0, 2000) }, ...retry };
}
