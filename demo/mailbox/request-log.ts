import type { Via } from './failures.ts';

/** One request as the mailbox saw it. */
export interface LogEntry {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly user: string | undefined;
  readonly via: Via;
  readonly method: string;
  /** Path and query below `/v1.0`, as sent. */
  readonly url: string;
  /** The operation's path with variables, or undefined when there is no such operation. */
  readonly operation: string | undefined;
  /** The answer's status; null when none was given. */
  readonly status: number | null;
  readonly clientRequestId: string | undefined;
}

const keptEntries = 20_000;

/** The last requests, and counts of all since the last reset. */
export class RequestLog {
  #entries: LogEntry[] = [];
  #number = 0;
  #counts = new Map<string, number>();

  add(entry: Omit<LogEntry, 'number'>): void {
    this.#number++;
    this.#entries.push({ ...entry, number: this.#number });
    // Dropped in bulk, so that adding stays cheap.
    if (this.#entries.length > keptEntries * 1.1) this.#entries = this.#entries.slice(-keptEntries);
    const key = `${entry.via} ${entry.method} ${entry.operation ?? '?'} ${entry.status ?? 'none'}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Entries after a number, oldest first. */
  entries(after = 0): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.number > after).slice(-keptEntries);
  }

  /** Counts by "via METHOD operation status", e.g. `http GET /contacts 200`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  clear(): void {
    this.#entries = [];
    this.#counts = new Map();
  }
}
