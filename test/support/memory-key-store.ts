/** A key store that lives as long as a test, and that can be locked. */
import type { KeyStore } from '../../bridge/passwords/key-store.ts';

export class MemoryKeyStore implements KeyStore {
  readonly secrets = new Map<string, string>();
  locked = false;
  #open(): void {
    if (this.locked) throw new Error('locked');
  }
  async get(account: string) {
    this.#open();
    return this.secrets.get(account) ?? null;
  }
  async set(account: string, secret: string) {
    this.#open();
    this.secrets.set(account, secret);
  }
  async remove(account: string) {
    this.#open();
    this.secrets.delete(account);
  }
  async accounts() {
    this.#open();
    return [...this.secrets.keys()];
  }
}
