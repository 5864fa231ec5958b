/** What happened to the device: every line both ways, counters, and what the desktop should not have done. */

export type Counter =
  | 'connections'
  | 'logins'
  | 'refusals'
  | 'linesIn'
  | 'linesOut'
  | 'bytesIn'
  | 'bytesOut'
  | 'sessions'
  | 'commits'
  | 'rollbacks'
  | 'recordsSent'
  | 'creates'
  | 'replaces'
  | 'removes'
  | 'unknownIds';

/** One line of the wire. */
export interface WireEntry {
  /** By the device's clock, in ms. */
  readonly at: number;
  /** Number of the connection, from 1. */
  readonly connection: number;
  readonly direction: 'to-device' | 'from-device';
  /** Cut to `LINE_SHOWN` characters. */
  readonly line: string;
  /** Length of the whole line in characters. */
  readonly length: number;
  /** The QCop message inside a forwarded call, as `serverEnd()`. */
  readonly message?: string;
}

const LINE_SHOWN = 1_000;
/** Older entries make room for newer ones. */
const ENTRIES_KEPT = 50_000;

export class Journal {
  readonly #now: () => number;
  readonly #counters = new Map<Counter, number>();
  #entries: WireEntry[] = [];
  readonly offences: string[] = [];

  /** `now`: the device's clock, in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Every line so far, oldest first. */
  get wire(): readonly WireEntry[] {
    return this.#entries;
  }

  count(counter: Counter, by = 1): void {
    this.#counters.set(counter, this.counted(counter) + by);
  }

  counted(counter: Counter): number {
    return this.#counters.get(counter) ?? 0;
  }

  /** Something that a desktop must not do and that the device survived. */
  offence(what: string): void {
    this.offences.push(what);
  }

  line(entry: Omit<WireEntry, 'at' | 'length'>): void {
    // Copied, for a slice would keep the whole line in memory.
    const line = Buffer.from(entry.line.slice(0, LINE_SHOWN)).toString();
    this.#entries.push({ ...entry, at: this.#now(), line, length: entry.line.length });
    if (this.#entries.length > ENTRIES_KEPT * 2) this.#entries = this.#entries.slice(-ENTRIES_KEPT);
    this.count(entry.direction === 'to-device' ? 'linesIn' : 'linesOut');
  }

  /** Forgets wire, counters and offences: what a test has set up is not what it looks at. */
  clear(): void {
    this.#entries = [];
    this.#counters.clear();
    this.offences.length = 0;
  }
}
