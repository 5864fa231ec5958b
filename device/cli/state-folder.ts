/** Where the handheld keeps its records when it is not told: one folder per user. */
import { homedir } from 'node:os';
import { join } from 'node:path';

const NAME = 'qdsync-device';

export function defaultStateFolder(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): string {
  const base = (path: string | undefined, ...fallback: readonly string[]): string =>
    path === undefined || path === '' ? join(home, ...fallback) : path;
  switch (platform) {
    case 'win32':
      return join(base(env.LOCALAPPDATA, 'AppData', 'Local'), NAME);
    case 'darwin':
      return join(home, 'Library', 'Application Support', NAME);
    default:
      return join(base(env.XDG_STATE_HOME, '.local', 'state'), NAME);
  }
}
