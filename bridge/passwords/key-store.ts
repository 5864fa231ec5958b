/**
 * The operating system's key store: Windows' Credential Manager, the macOS keychain, the Secret Service of Linux desktops.
 * The binding is an optional dependency with its binaries in the package; where it or the store itself is missing, or where
 * the state folder is not the user's default one (demo, tests, a folder on a stick), passwords stay in the state folder,
 * which is the user's alone.
 */
import { resolve } from 'node:path';
import { defaultStateFolder } from '../config/state-folder.ts';

/** A store that waits for a person to unlock it must not hold the bridge up. */
const PATIENCE_MS = 3000;
const SERVICE = 'outlook-device-sync';
const PROBE = 'probe';

export interface KeyStore {
  /** @throws when the store cannot be read */
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  remove(account: string): Promise<void>;
  /** Everything that the bridge keeps there. */
  accounts(): Promise<readonly string[]>;
}

/** Only the user's default state folder uses the key store, for that knows one set of entries per user. */
export function usesKeyStore(stateFolder: string): boolean {
  return resolve(stateFolder) === defaultStateFolder();
}

/** The system's key store, tried out first; undefined where there is none to use. */
export async function openKeyStore(stateFolder: string): Promise<KeyStore | undefined> {
  if (!usesKeyStore(stateFolder)) return undefined;
  try {
    const { AsyncEntry, findCredentialsAsync } = await import('@napi-rs/keyring');
    const entry = (account: string) => new AsyncEntry(SERVICE, account);
    const limit = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS);
    const store: KeyStore = {
      get: (account) => entry(account).getPassword(limit()),
      set: (account, secret) => entry(account).setPassword(secret, limit()),
      async remove(account) {
        await entry(account).deletePassword(limit());
      },
      async accounts() {
        return (await findCredentialsAsync(SERVICE, undefined, limit())).map(({ account }) => account);
      },
    };
    await store.set(PROBE, PROBE);
    const works = (await store.get(PROBE)) === PROBE;
    await store.remove(PROBE);
    return works ? store : undefined;
  } catch {
    // Not installed, no such service in this session, or locked: the state folder serves as well.
    return undefined;
  }
}

/** Removes what the bridge of this state folder keeps in the system's key store; false as for emptyKeyStore. */
export async function forgetSecrets(stateFolder: string): Promise<boolean> {
  return !usesKeyStore(stateFolder) || (await emptyKeyStore(await openKeyStore(stateFolder)));
}

/** Removes every entry. False where some may be left, since the store is out of reach. */
export async function emptyKeyStore(store: KeyStore | undefined): Promise<boolean> {
  if (store === undefined) return false;
  try {
    for (const account of await store.accounts()) await store.remove(account);
    return true;
  } catch {
    // Locked, or nobody unlocked it in time: the caller tells the user.
    return false;
  }
}

/** One sentence for `doctor`. */
export async function describeKeyStore(stateFolder: string): Promise<string> {
  if ((await openKeyStore(stateFolder)) !== undefined)
    return 'device passwords are kept in the system’s key store';
  return usesKeyStore(stateFolder)
    ? 'the system offers no key store here; device passwords are kept in the state folder, readable by you alone'
    : 'device passwords are kept in this state folder, readable by you alone';
}
