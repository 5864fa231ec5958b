/** Three refusals lock for ten minutes, also across restarts (spec: qdsync protocol 2.2). */
import type { EpochMs } from '../../contract/client-plugin.ts';
import { transaction, type Db } from '../store/database.ts';
import { readSetting, writeSetting } from '../store/settings.ts';

const MAX_REFUSALS = 3;
const LOCK_MS = 600_000;
const REFUSALS = 'login.refusals';

interface Refused {
  readonly count: number;
  readonly last: EpochMs;
}

export class Refusals {
  readonly #db: Db;
  readonly #now: () => EpochMs;

  constructor(db: Db, now: () => EpochMs) {
    this.#db = db;
    this.#now = now;
  }

  /** Milliseconds until unknown desktops are considered again; 0: they are. */
  lockedFor(): number {
    const { count, last } = this.#read();
    if (count < MAX_REFUSALS) return 0;
    // A clock that was set back must not lock for longer.
    const elapsed = Math.max(0, this.#now() - last);
    return Math.max(0, LOCK_MS - elapsed);
  }

  add(): void {
    transaction(this.#db, () => {
      const { count, last } = this.#read();
      const lapsed = this.#now() - last >= LOCK_MS;
      this.#write({ count: lapsed ? 1 : count + 1, last: this.#now() });
    });
  }

  clear(): void {
    this.#write({ count: 0, last: 0 });
  }

  #read(): Refused {
    const text = readSetting(this.#db, REFUSALS);
    return text === undefined ? { count: 0, last: 0 } : (JSON.parse(text) as Refused);
  }

  #write(refused: Refused): void {
    writeSetting(this.#db, REFUSALS, JSON.stringify(refused));
  }
}
