/** MSAL for Node: signs in with the system's browser (authorisation code with PKCE, answered to a loopback address). */
import type { Configuration, PublicClientApplication } from '@azure/msal-node';
import { DEFAULT_AUTHORITY, plainRequest, silentRequest, toGrant, type Msal } from './msal.ts';
import { sealedCache, type SealedFile } from './sealed-cache.ts';

export interface NodeMsalOptions {
  readonly clientId: string;
  readonly authority: string | undefined;
  readonly cache: SealedFile;
  /** Shows this address to the person. */
  readonly openBrowser: (url: string) => Promise<void>;
}

/** People look for their telephones. In ms. */
const PERSON_MS = 5 * 60_000;

export async function openNodeMsal(options: NodeMsalOptions): Promise<Msal> {
  const msal = await import('@azure/msal-node');
  const { clientId, authority = DEFAULT_AUTHORITY, cache, openBrowser } = options;
  const configuration: Configuration = {
    auth: {
      clientId,
      authority,
      // An authority of the configuration is believed as it is; Microsoft's own are known.
      ...(authority !== DEFAULT_AUTHORITY && { knownAuthorities: [new URL(authority).host] }),
      // We can meet claims challenges (continuous access evaluation).
      clientCapabilities: ['CP1'],
    },
    cache: { cachePlugin: sealedCache(cache) },
    system: { loggerOptions: { piiLoggingEnabled: false } },
  };
  const app = new msal.PublicClientApplication(configuration);
  return {
    nested: false,
    async silent(request) {
      const [account] = await app.getAllAccounts();
      if (account === undefined) throw new NobodySignedIn();
      return toGrant(await app.acquireTokenSilent({ ...silentRequest(request), account }));
    },
    async ask(request, hint) {
      await forget(app);
      return toGrant(
        await withLimit(
          app.acquireTokenInteractive({
            ...plainRequest(request),
            ...(hint !== undefined && { loginHint: hint }),
            openBrowser,
            successTemplate: page('You are signed in. You can close this window.'),
            errorTemplate: page('Signing in did not work. The command line says why.'),
          }),
        ),
      );
    },
    forget: () => forget(app),
  };
}

/** One mailbox is served: who signs in takes the place of who was. */
async function forget(app: PublicClientApplication): Promise<void> {
  const cache = app.getTokenCache();
  for (const account of await app.getAllAccounts()) await cache.removeAccount(account);
}

/** As msal-errors.ts knows it. */
class NobodySignedIn extends Error {
  readonly errorCode = 'no_account_found';
}

class TookTooLong extends Error {
  readonly errorCode = 'user_cancelled';
}

async function withLimit<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TookTooLong('nobody signed in')), PERSON_MS);
  });
  try {
    return await Promise.race([asked, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function page(text: string): string {
  return `<!doctype html><meta charset="utf-8"><title>outlook-device-sync</title><p>${text}</p>`;
}
