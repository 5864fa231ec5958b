/** What is known of devices: passwords that they have accepted, who they are, when each was last synced. */
import type { PasswordRecords } from '../passwords/device-passwords.ts';
import type { Database } from './database.ts';

/** Stands for a password that is in the system's key store. */
const MOVED = '';

export class DeviceRecords implements PasswordRecords {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): readonly { readonly challenge: string; readonly password: string | null }[] {
    return this.#db.all('SELECT challenge, password FROM password').map(({ challenge, password }) => ({
      challenge: String(challenge),
      password: password === MOVED ? null : String(password),
    }));
  }

  set(challenge: string, password: string): void {
    this.#db.write(() => this.#db.run('INSERT OR REPLACE INTO password VALUES (?, ?)', challenge, password));
  }

  moved(challenge: string): void {
    this.#db.write(() =>
      this.#db.run('UPDATE password SET password = ? WHERE challenge = ?', MOVED, challenge),
    );
  }

  /** The device that a configured name stands for, by its challenge; undefined before its first login. */
  identity(name: string): string | undefined {
    const row = this.#db.get('SELECT challenge FROM device_identity WHERE name = ?', name);
    return row === undefined ? undefined : String(row.challenge);
  }

  setIdentity(name: string, challenge: string): void {
    this.#db.write(() =>
      this.#db.run('INSERT OR REPLACE INTO device_identity VALUES (?, ?)', name, challenge),
    );
  }

  /** The next device that logs in under this name is taken for it. */
  forgetIdentity(name: string): void {
    this.#db.write(() => this.#db.run('DELETE FROM device_identity WHERE name = ?', name));
  }

  /** Whether a person has paused the bridge. */
  get paused(): boolean {
    return this.#db.get("SELECT value FROM bridge_state WHERE name = 'paused'")?.value === 'yes';
  }

  setPaused(paused: boolean): void {
    const value = paused ? 'yes' : 'no';
    this.#db.write(() => this.#db.run("INSERT OR REPLACE INTO bridge_state VALUES ('paused', ?)", value));
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
