import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryKeyStore } from '../../test/support/memory-key-store.ts';
import { DevicePasswords, type PasswordRecords } from './device-passwords.ts';
import type { KeyStore } from './key-store.ts';

class Records implements PasswordRecords {
  readonly rows = new Map<string, string | null>();
  all() {
    return [...this.rows].map(([challenge, password]) => ({ challenge, password }));
  }
  set(challenge: string, password: string): void {
    this.rows.set(challenge, password);
  }
  moved(challenge: string): void {
    this.rows.set(challenge, null);
  }
}

let records: Records;
let keys: MemoryKeyStore;
let troubles: unknown[];
const open = (store: KeyStore | undefined = keys) =>
  DevicePasswords.open(records, store, (error) => troubles.push(error));
beforeEach(() => {
  records = new Records();
  keys = new MemoryKeyStore();
  troubles = [];
});

describe('device passwords', () => {
  test('move from the database to the key store, and are found there after a restart', async () => {
    const passwords = await open();
    passwords.set('device', 'secret');
    expect(records.rows.get('device')).toBe('secret');
    await passwords.settled();
    expect(records.rows.get('device')).toBeNull();
    expect((await open()).get('device')).toBe('secret');
    expect(troubles).toEqual([]);
  });

  test('stay in the database where there is no key store, and move when there is one', async () => {
    const { get } = await DevicePasswords.open(records, undefined, () => undefined).then((passwords) => {
      passwords.set('device', 'secret');
      return { get: (challenge: string) => passwords.get(challenge) };
    });
    expect(get('device')).toBe('secret');
    expect(records.rows.get('device')).toBe('secret');
    await (await open()).settled();
    expect(records.rows.get('device')).toBeNull();
    expect(keys.secrets.get('device')).toBe('secret');
  });

  test('are lost nowhere when the key store cannot be written', async () => {
    keys.locked = true;
    const passwords = await open();
    passwords.set('device', 'secret');
    await passwords.settled();
    expect(troubles).toHaveLength(1);
    expect(records.rows.get('device')).toBe('secret');
    expect((await open()).get('device')).toBe('secret');
  });

  test('a locked key store is told of, and the device is asked anew', async () => {
    records.moved('device');
    keys.locked = true;
    expect((await open()).get('device')).toBeUndefined();
    expect(troubles).toHaveLength(1);
  });

  test('of two that come one after the other the last one counts', async () => {
    const passwords = await open();
    passwords.set('device', 'first');
    passwords.set('device', 'second');
    await passwords.settled();
    expect((await open()).get('device')).toBe('second');
  });
});
