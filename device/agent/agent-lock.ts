/** One agent per state folder: held by an exclusive lock that the operating system drops with the process. */
import Database from 'libsql';
import { SyncError } from '../../contract/errors.ts';

/** Takes the lock and tells how to release it; throws `pim.running` or `pim.unwritable`. */
export function lockFolder(path: string): () => void {
  let lock;
  try {
    lock = new Database(path);
  } catch (error) {
    throw new SyncError('pim.unwritable', path, { cause: error });
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
    throw new SyncError(busy ? 'pim.running' : 'pim.unwritable', path, { cause: error });
  }
  const held = lock;
  return () => held.close();
}
