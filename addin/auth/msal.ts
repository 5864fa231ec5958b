/**
 * MSAL as much of it as a page needs, loaded when it is first needed. With Outlook's help (nested app authentication)
 * where the client offers it; else by windows of our own.
 */
import type { AuthenticationResult, IPublicClientApplication } from '@azure/msal-browser';
import type { Permission } from './permissions.ts';
import type { Account } from './sign-in.ts';

/** Of the app registration. */
export interface Registration {
  readonly clientId: string;
  readonly authority: string;
  /** Where this page comes from. */
  readonly origin: string;
}

export const DEFAULT_AUTHORITY = 'https://login.microsoftonline.com/common';

export interface MsalRequest {
  readonly permissions: readonly Permission[];
  /** JSON text of a claims challenge; null: none. */
  readonly claims: string | null;
  /** No token from a cache. */
  readonly fresh: boolean;
}

/** What MSAL got from Microsoft. The token stays in this page. */
export interface Grant {
  readonly token: string;
  /** Names in lower case. */
  readonly permissions: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly account: Account;
}

/** Rejects with MSAL's own errors: msal-errors.ts tells what they mean. */
export interface Msal {
  /** Whether Outlook signs in for us. */
  readonly nested: boolean;
  silent(request: MsalRequest): Promise<Grant>;
  /** Asks the person, in a window. */
  ask(request: MsalRequest, hint: string | undefined): Promise<Grant>;
  forget(): Promise<void>;
}

/** People look for their telephones. In ms. */
const WINDOW_MS = 5 * 60_000;

/** Loads MSAL. `nested`: only after Office.js has said where we are, and only where it supports it. */
export async function openMsal(registration: Registration, nested: boolean): Promise<Msal> {
  const msal = await import('@azure/msal-browser');
  const configuration = {
    auth: {
      clientId: registration.clientId,
      authority: registration.authority,
      redirectUri: `${registration.origin}/auth.html`,
      // We can meet claims challenges (continuous access evaluation).
      clientCapabilities: ['CP1'],
    },
    cache: { cacheLocation: 'localStorage' },
    system: { popupBridgeTimeout: WINDOW_MS, loggerOptions: { piiLoggingEnabled: false } },
  };
  return nested
    ? nestedMsal(await msal.createNestablePublicClientApplication(configuration))
    : standardMsal(await msal.createStandardPublicClientApplication(configuration));
}

/** Outlook knows who is signed in; there is no account to choose. */
function nestedMsal(app: IPublicClientApplication): Msal {
  return {
    nested: true,
    silent: async (request) => toGrant(await app.acquireTokenSilent(silentRequest(request))),
    ask: async (request) => toGrant(await app.acquireTokenPopup(plainRequest(request))),
    forget: () => Promise.resolve(),
  };
}

function standardMsal(app: IPublicClientApplication): Msal {
  const account = () => app.getActiveAccount() ?? app.getAllAccounts()[0];
  return {
    nested: false,
    async silent(request) {
      const known = account();
      return toGrant(
        await app.acquireTokenSilent({
          ...silentRequest(request),
          ...(known !== undefined && { account: known }),
        }),
      );
    },
    async ask(request, hint) {
      const known = account();
      const result = await app.acquireTokenPopup({
        ...plainRequest(request),
        // A window that was closed is not noticed: a second click takes the place of the first.
        overrideInteractionInProgress: true,
        ...(known !== undefined && { account: known }),
        ...(known === undefined && hint !== undefined && { loginHint: hint }),
      });
      app.setActiveAccount(result.account);
      return toGrant(result);
    },
    forget: () => app.clearCache(),
  };
}

export const plainRequest = ({
  permissions,
  claims,
}: MsalRequest): { scopes: string[]; claims?: string } => ({
  scopes: [...permissions],
  ...(claims !== null && { claims }),
});

export const silentRequest = (request: MsalRequest) => ({
  ...plainRequest(request),
  forceRefresh: request.fresh,
});

/** What MSAL's two libraries both give. */
type Result = Pick<AuthenticationResult, 'accessToken' | 'scopes' | 'expiresOn' | 'tenantId'> & {
  readonly account: { readonly username: string; readonly name?: string | undefined } | null;
};

export function toGrant(result: Result): Grant {
  const { accessToken, scopes, expiresOn, account, tenantId } = result;
  return {
    token: accessToken,
    permissions: new Set(scopes.map((scope) => scope.toLowerCase().replace(/^https:\/\/[^/]+\//, ''))),
    until: expiresOn?.getTime() ?? 0,
    account: { tenant: tenantId, address: account?.username ?? '', name: account?.name ?? '' },
  };
}
