/**
 * The passwords by which devices know this desktop. A device waits a few seconds for its password, so they are held in
 * memory; a new one is made durable in the database at once and moves from there to the system's key store.
 */
import type { PasswordStore } from '../remote/passwords.ts';
import type { KeyStore } from './key-store.ts';

/** What the database keeps: by a device's challenge its password, or null where that is in the key store. */
export interface PasswordRecords {
  all(): readonly { readonly challenge: string; readonly password: string | null }[];
  set(challenge: string, password: string): void;
  /** The password is in the key store now. */
  moved(challenge: string): void;
}

export class DevicePasswords implements PasswordStore {
  readonly #records: PasswordRecords;
  readonly #keyStore: KeyStore | undefined;
  readonly #onTrouble: (error: unknown) => void;
  readonly #known = new Map<string, string>();
  #moving: Promise<void> = Promise.resolve();

  /** Reads all of them. One that the key store does not give is asked of the device's owner again, by a new login. */
  static async open(
    records: PasswordRecords,
    keyStore: KeyStore | undefined,
    onTrouble: (error: unknown) => void,
  ): Promise<DevicePasswords> {
    const passwords = new DevicePasswords(records, keyStore, onTrouble);
    for (const { challenge, password } of records.all()) {
      if (password === null) await passwords.#load(challenge);
      else {
        passwords.#known.set(challenge, password);
        passwords.#move(challenge, password);
      }
    }
    return passwords;
  }

  private constructor(
    records: PasswordRecords,
    keyStore: KeyStore | undefined,
    onTrouble: (error: unknown) => void,
  ) {
    this.#records = records;
    this.#keyStore = keyStore;
    this.#onTrouble = onTrouble;
  }

  get(challenge: string): string | undefined {
    return this.#known.get(challenge);
  }

  set(challenge: string, password: string): void {
    this.#records.set(challenge, password);
    this.#known.set(challenge, password);
    this.#move(challenge, password);
  }

  /** Every password, for moving to another PC. */
  entries(): readonly (readonly [challenge: string, password: string])[] {
    return [...this.#known];
  }

  /** Resolves when what is on its way to the key store has arrived. */
  settled(): Promise<void> {
    return this.#moving;
  }

  async #load(challenge: string): Promise<void> {
    try {
      const password = await this.#keyStore?.get(challenge);
      if (typeof password === 'string') this.#known.set(challenge, password);
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  #move(challenge: string, password: string): void {
    const store = this.#keyStore;
    if (store === undefined) return;
    this.#moving = this.#moving.then(async () => {
      try {
        await store.set(challenge, password);
        // Not when another one was set meanwhile: that one is on its way, too.
        if (this.#known.get(challenge) === password) this.#records.moved(challenge);
      } catch (error) {
        // It stays in the database and is tried again at the next start.
        this.#onTrouble(error);
      }
    });
  }
}
