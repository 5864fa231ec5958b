import type { Clock } from './clock.ts';
import { GraphFault } from './protocol/fault.ts';
import type { Switches } from './switches.ts';

/** What the meter says to a request: a slot to give back, or the refusal. */
export type Admission =
  | { readonly kind: 'admitted'; readonly leave: () => void }
  | { readonly kind: 'refused'; readonly fault: GraphFault };

interface Usage {
  open: number;
  /** Times of the requests of the last ten minutes, oldest first from `first` on. */
  times: number[];
  first: number;
}

const windowMilliseconds = 10 * 60 * 1000;

/** Outlook's limits per app and mailbox: requests open at a time, requests per ten minutes (spec: graph 6). */
export class Meter {
  readonly #clock: Clock;
  readonly #usage = new Map<string, Usage>();
  /** The most requests that were open at a time, over all mailboxes. */
  highest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks for a slot. With the meter switched off it counts, but admits everything. */
  enter(user: string, switches: Switches): Admission {
    const usage = this.#usageOf(user);
    if (switches.meter === 'on') {
      const fault = this.#refusal(usage, switches);
      if (fault !== undefined) return { kind: 'refused', fault };
      usage.times.push(this.#clock.now());
    }
    usage.open++;
    this.highest = Math.max(this.highest, usage.open);
    return { kind: 'admitted', leave: () => usage.open-- };
  }

  /** Forgets the ten minutes' counts, not the open requests. */
  reset(): void {
    this.highest = 0;
    for (const usage of this.#usage.values()) Object.assign(usage, { times: [], first: 0 });
  }

  #refusal(usage: Usage, switches: Switches): GraphFault | undefined {
    const headers = { 'Retry-After': switches.retryAfter };
    if (usage.open >= switches.mailboxConcurrency) {
      const message = 'Application is over its MailboxConcurrency limit.';
      return new GraphFault(429, 'ApplicationThrottled', message, headers);
    }
    this.#dropOld(usage);
    if (usage.times.length - usage.first < switches.requestsPerTenMinutes) return undefined;
    return new GraphFault(429, 'TooManyRequests', 'Please retry again later.', headers);
  }

  #dropOld(usage: Usage): void {
    const since = this.#clock.now() - windowMilliseconds;
    while (usage.first < usage.times.length && (usage.times[usage.first] ?? 0) < since) usage.first++;
    if (usage.first * 2 > usage.times.length) {
      usage.times = usage.times.slice(usage.first);
      usage.first = 0;
    }
  }

  #usageOf(user: string): Usage {
    let usage = this.#usage.get(user);
    if (usage === undefined) {
      usage = { open: 0, times: [], first: 0 };
      this.#usage.set(user, usage);
    }
    return usage;
  }
}
