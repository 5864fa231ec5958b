/**
 * The tokens of a program that signs in by itself, in a file: AES-256-GCM under a key that is kept elsewhere
 * (docs/admin.md says where). Written whole or not at all, readable by this user alone.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { ICachePlugin } from '@azure/msal-node';
import { SyncError } from '../../contract/errors.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bound to the file's purpose and form. */
const ABOUT = Buffer.from('outlook-device-sync tokens 1');
const MAX_BYTES = 4 * 1024 * 1024;

export interface SealedFile {
  readonly path: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/** Reads the file anew at each use, since another process may have signed in. A file that cannot be opened is as none. */
export function sealedCache(file: SealedFile): ICachePlugin {
  return {
    async beforeCacheAccess(context) {
      const text = await readSealed(file);
      if (text !== undefined) context.tokenCache.deserialize(text);
    },
    async afterCacheAccess(context) {
      if (context.cacheHasChanged) await writeSealed(file, context.tokenCache.serialize());
    },
  };
}

/** Undefined: there is none, it was sealed with another key, or it was changed. */
export async function readSealed({ path, key }: SealedFile): Promise<string | undefined> {
  try {
    const sealed = await readFile(path);
    if (sealed.length > MAX_BYTES || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
    decipher.setAAD(ABOUT);
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  } catch {
    // Whatever it is: the person signs in again, and it is written anew.
    return undefined;
  }
}

/** @throws SyncError `store.unwritable` */
export async function writeSealed({ path, key }: SealedFile, text: string): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(ABOUT);
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const fresh = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(fresh, sealed, { mode: 0o600, flag: 'wx' });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw new SyncError('store.unwritable', path, { cause: error });
  }
}
