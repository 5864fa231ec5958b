/** Where the bridge keeps what it knows: one folder per user. */
import { homedir } from 'node:os';
import { join } from 'node:path';

const NAME = 'outlook-device-sync';

/** The environment variables and the place that decide; given by tests, else taken from the process. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const here: Surroundings = { platform: process.platform, env: process.env, home: homedir() };

/** The user's own state folder by the platform's custom. Nothing is created. */
export function defaultStateFolder({ platform, env, home }: Surroundings = here): string {
  switch (platform) {
    case 'win32':
      return join(nonEmpty(env.LOCALAPPDATA) ?? join(home, 'AppData', 'Local'), NAME);
    case 'darwin':
      return join(home, 'Library', 'Application Support', NAME);
    default:
      return join(nonEmpty(env.XDG_STATE_HOME) ?? join(home, '.local', 'state'), NAME);
  }
}

/** Files of the state folder that several parts of the bridge need to find. */
export const stateFiles = {
  config: (folder: string) => join(folder, 'config.json'),
  /** Key and certificate of the server, and the authority that signed it. */
  identity: (folder: string) => join(folder, 'identity.pem'),
  /** The authority alone: what clients pin. */
  authority: (folder: string) => join(folder, 'authority.pem'),
  /** The authorities that this user was asked to trust. */
  trust: (folder: string) => join(folder, 'trust.json'),
  /** Tokens of the bridge's own Outlook host, sealed; and their key, where the system has no store for it. */
  tokens: (folder: string) => join(folder, 'microsoft-tokens.bin'),
  tokenKey: (folder: string) => join(folder, 'microsoft-tokens.key'),
  token: (folder: string) => join(folder, 'token'),
  pageKeys: (folder: string) => join(folder, 'page-keys.json'),
  database: (folder: string) => join(folder, 'bridge.db'),
  log: (folder: string) => join(folder, 'logs', 'bridge.log'),
  instance: (folder: string) => join(folder, 'bridge.json'),
} as const;

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
