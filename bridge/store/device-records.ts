/** What is known of devices: passwords that they have accepted, who they are, when each was last synced. */
import type { PasswordRecords } from '../passwords/device-passwords.ts';
import { DEFAULT_UNATTENDED, unattendedSchema, type Unattended } from '../../contract/unattended.ts';
import { makeIdentity, type TlsIdentity } from '../../qdsync/index.ts';
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

  /** The next device that logs in under this name is taken for it; what was known and allowed of the old one is not. */
  forgetIdentity(name: string): void {
    this.#db.write(() => {
      this.#db.run('DELETE FROM device_identity WHERE name = ?', name);
      this.#db.run('DELETE FROM device_key WHERE name = ?', name);
      this.#db.run('DELETE FROM device_consent WHERE name = ?', name);
    });
  }

  /** Fingerprint of the key that the device was pinned to; undefined: none. */
  key(name: string): string | undefined {
    const row = this.#db.get('SELECT key FROM device_key WHERE name = ?', name);
    return row === undefined ? undefined : String(row.key);
  }

  setKey(name: string, key: string): void {
    this.#db.write(() => this.#db.run('INSERT OR REPLACE INTO device_key VALUES (?, ?)', name, key));
  }

  /** Whether a person has allowed to speak with the device unprotected. */
  allowsUnprotected(name: string): boolean {
    return this.#db.get('SELECT name FROM device_consent WHERE name = ?', name) !== undefined;
  }

  setAllowsUnprotected(name: string, allowed: boolean): void {
    const sql = allowed
      ? 'INSERT OR IGNORE INTO device_consent VALUES (?)'
      : 'DELETE FROM device_consent WHERE name = ?';
    this.#db.write(() => this.#db.run(sql, name));
  }

  /** The bridge's own key for devices, made once. It moves to a new PC with the rest. */
  async tlsIdentity(): Promise<TlsIdentity> {
    const kept = this.#db.get("SELECT value FROM bridge_state WHERE name = 'tls'");
    if (kept !== undefined) return JSON.parse(String(kept.value)) as TlsIdentity;
    const made = await makeIdentity();
    const value = JSON.stringify(made);
    this.#db.write(() => this.#db.run("INSERT INTO bridge_state VALUES ('tls', ?)", value));
    return made;
  }

  /** Whether a person has paused the bridge. */
  get paused(): boolean {
    return this.#db.get("SELECT value FROM bridge_state WHERE name = 'paused'")?.value === 'yes';
  }

  setPaused(paused: boolean): void {
    const value = paused ? 'yes' : 'no';
    this.#db.write(() => this.#db.run("INSERT OR REPLACE INTO bridge_state VALUES ('paused', ?)", value));
  }

  /** What a person has chosen for syncs that nobody asks for. */
  get unattended(): Unattended {
    const row = this.#db.get("SELECT value FROM bridge_state WHERE name = 'unattended'");
    return row === undefined ? DEFAULT_UNATTENDED : unattendedSchema.parse(JSON.parse(String(row.value)));
  }

  setUnattended(settings: Unattended): void {
    const value = JSON.stringify(settings);
    this.#db.write(() => this.#db.run("INSERT OR REPLACE INTO bridge_state VALUES ('unattended', ?)", value));
  }

  /** Time of the last successful sync of the device that a name stands for, ISO 8601 UTC; null: never. */
  lastSync(name: string): string | null {
    const row = this.#db.get(
      'SELECT at FROM synced JOIN device_identity USING (challenge) WHERE name = ?',
      name,
    );
    return row === undefined ? null : String(row.at);
  }

  /** It is the device's: another one that takes the name was never synced. */
  setLastSync(name: string, at: Date): void {
    const sql = 'INSERT OR REPLACE INTO synced SELECT challenge, ? FROM device_identity WHERE name = ?';
    this.#db.write(() => this.#db.run(sql, at.toISOString(), name));
  }
}
