/** The token by which this user's own programs prove themselves: a file that only this user can read. */
import { SyncError } from '../../contract/errors.ts';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import { makeSecret } from './secrets.ts';

const TOKEN = /^[\w-]{43}$/;

/** The bridge's side: the token, made anew where there is none or where others could have read it. */
export function ensureToken(stateFolder: string): string {
  const file = stateFiles.token(stateFolder);
  const found = readPrivateFile(file);
  if (found.state === 'private' && TOKEN.test(found.text.trim())) return found.text.trim();
  const token = makeSecret();
  writePrivateFile(file, `${token}\n`);
  return token;
}

/**
 * The CLI's side.
 * @throws SyncError `bridge.not-running` where there is none
 */
export function readToken(stateFolder: string): string {
  const found = readPrivateFile(stateFiles.token(stateFolder));
  if (found.state === 'absent') throw new SyncError('bridge.not-running', stateFolder);
  return found.text.trim();
}
