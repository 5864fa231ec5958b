/** Makes a folder and the folders above it. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * For this user alone. `path` is absolute. Not Node's own recursion: that never ends where a file system lets nobody make
 * a folder and calls it absent (`/proc`). Throws what the file system says.
 */
export function makeFolders(path: string): void {
  const parent = dirname(path);
  if (existsSync(path) || parent === path) return;
  makeFolders(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another command made it meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
