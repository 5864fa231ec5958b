/**
 * The key of the file in which the bridge's own Outlook host keeps its tokens: in the system's key store where there is
 * one. Elsewhere it lies beside that file, readable by this user alone: then the file is no safer than its folder.
 */
import { randomBytes } from 'node:crypto';
import { createPrivateFile, readPrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import { SyncError } from '../../contract/errors.ts';
import { openKeyStore, type KeyStore } from './key-store.ts';

export interface TokenKey {
  /** 32 bytes in hexadecimal. */
  readonly key: string;
  readonly keptIn: 'key-store' | 'state-folder';
}

const ACCOUNT = 'microsoft-tokens';
const FORM = /^[0-9a-f]{64}$/;

/** @throws SyncError `store.unwritable` */
export async function tokenKey(
  stateFolder: string,
  open: (stateFolder: string) => Promise<KeyStore | undefined> = openKeyStore,
): Promise<TokenKey> {
  const file = stateFiles.tokenKey(stateFolder);
  const store = await open(stateFolder);
  const kept = await store?.get(ACCOUNT);
  if (typeof kept === 'string' && FORM.test(kept)) return { key: kept, keptIn: 'key-store' };
  const beside = readPrivateFile(file);
  if (beside.state !== 'absent' && FORM.test(beside.text))
    return { key: beside.text, keptIn: 'state-folder' };
  const key = randomBytes(32).toString('hex');
  if (store !== undefined) {
    await store.set(ACCOUNT, key);
    return { key, keptIn: 'key-store' };
  }
  if (!createPrivateFile(file, key)) throw new SyncError('store.unwritable', file);
  return { key, keptIn: 'state-folder' };
}
