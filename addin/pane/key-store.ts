/** The page's key for the bridge, kept by the browser; in memory where the browser keeps nothing. */
export interface KeyStore {
  get(): string | null;
  set(key: string): void;
  clear(): void;
}

const name = 'outlook-device-sync.key';

/** A page in a frame may be refused its storage: it is then paired anew each time. */
export function createKeyStore(storage: () => Storage = () => localStorage): KeyStore {
  let memory: string | null = null;
  const attempt = <T>(use: (storage: Storage) => T, otherwise: T): T => {
    try {
      return use(storage());
    } catch {
      // SecurityError or QuotaExceededError: the copy in memory serves.
      return otherwise;
    }
  };
  return {
    get: () => attempt((store) => store.getItem(name), null) ?? memory,
    set(key) {
      memory = key;
      attempt((store) => store.setItem(name, key), undefined);
    },
    clear() {
      memory = null;
      attempt((store) => store.removeItem(name), undefined);
    },
  };
}

/** The one-time secret of an address like `#invite=SECRET`; null when there is none. */
export function readInvite(fragment: string): string | null {
  const match = /^#invite=([A-Za-z0-9_-]{1,200})$/.exec(fragment);
  return match?.[1] ?? null;
}
