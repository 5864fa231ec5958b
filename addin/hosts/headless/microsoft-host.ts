/** A real account's mailbox without Outlook: the bridge's own host, for syncs that nobody watches. */
import { SyncError } from '../../../contract/errors.ts';
import { openNodeMsal } from '../../auth/msal-node.ts';
import { MicrosoftSignIn } from '../../auth/microsoft-sign-in.ts';
import { MAILBOX_PERMISSIONS } from '../../auth/permissions.ts';
import { createBridgeClient } from '../bridge-client.ts';
import { serveMailbox, type ServingState } from '../serve-mailbox.ts';
import type { MicrosoftSettings } from './settings.ts';

/** Everything that may be synced is asked for at once: nobody is there later. */
const DATASETS = ['contacts', 'calendar', 'tasks'];

function signInOf(settings: MicrosoftSettings, openBrowser: (url: string) => Promise<void>): MicrosoftSignIn {
  const { clientId, authority, cacheFile, cacheKey } = settings;
  const cache = { path: cacheFile, key: Buffer.from(cacheKey, 'hex') };
  return new MicrosoftSignIn({
    nested: false,
    open: () => openNodeMsal({ clientId, authority, cache, openBrowser }),
    patienceMs: 0,
  });
}

/** Serves the bridge until the signal aborts; while nobody is signed in it goes on looking whether somebody is. */
export async function serveMicrosoft(
  options: {
    readonly bridge: string;
    readonly microsoft: MicrosoftSettings;
    readonly key: () => Promise<string>;
    readonly show: (state: ServingState) => void;
  },
  signal: AbortSignal,
): Promise<void> {
  const { bridge, microsoft, key, show } = options;
  const tokens = signInOf(microsoft, () => Promise.reject(new SyncError('mailbox.signed-out')));
  await serveMailbox(
    {
      bridge: createBridgeClient({ address: new URL(bridge).origin, key }),
      account: {
        signIn: tokens,
        mailbox: {
          account: { kind: 'microsoft', tokens },
          async tenant(ending) {
            await tokens.getToken({ permissions: MAILBOX_PERMISSIONS }, ending);
            return tokens.account?.tenant ?? '';
          },
        },
      },
      label: () => 'bridge, unattended',
      show,
    },
    signal,
  );
}

/**
 * Asks the person in the system's browser; returns the address that was signed in with.
 * @throws SyncError `sign-in.*`, `mailbox.unavailable`
 */
export async function signIn(
  settings: MicrosoftSettings,
  openBrowser: (url: string) => Promise<void>,
): Promise<string> {
  const tokens = signInOf(settings, openBrowser);
  await tokens.signIn(DATASETS);
  const { state } = tokens;
  if (state.kind === 'signed-in') return state.account.address;
  const problem = state.kind === 'signed-out' ? state.problem : null;
  throw problem ?? new SyncError('sign-in.cancelled');
}

/** Forgets who is signed in. */
export async function signOut(settings: MicrosoftSettings): Promise<void> {
  await signInOf(settings, () => Promise.resolve()).signOut?.();
}
