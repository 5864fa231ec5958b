/** Passwords that devices have accepted, by device id; and when each device was last synced. */
import type { Database } from './database.ts';

export class DeviceRecords {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(challenge: string): string | undefined {
    const row = this.#db.get('SELECT password FROM password WHERE challenge = ?', challenge);
    return row === undefined ? undefined : String(row.password);
  }

  set(challenge: string, password: string): void {
    this.#db.write(() => this.#db.run('INSERT OR REPLACE INTO password VALUES (?, ?)', challenge, password));
  }

  /** Time of the last successful sync of a configured device, ISO 8601 UTC; null: never. */
  lastSync(device: string): string | null {
    const row = this.#db.get('SELECT at FROM last_sync WHERE device = ?', device);
    return row === undefined ? null : String(row.at);
  }

  setLastSync(device: string, at: Date): void {
    this.#db.write(() =>
      this.#db.run('INSERT OR REPLACE INTO last_sync VALUES (?, ?)', device, at.toISOString()),
    );
  }
}
