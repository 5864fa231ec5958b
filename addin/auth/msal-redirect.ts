/** Signing in by going to Microsoft with the whole page, for the window that has nothing else to do. */
import { toGrant, type Grant, type Registration } from './msal.ts';
import type { DialogRequest } from './dialog-message.ts';

/**
 * The grant that Microsoft has just sent the page back with; else goes there, and answers null.
 * `back`: the address of this page.
 */
export async function redirectGrant(
  registration: Registration,
  { permissions, claims, hint }: DialogRequest,
  back: string,
): Promise<Grant | null> {
  const msal = await import('@azure/msal-browser');
  const app = await msal.createStandardPublicClientApplication({
    auth: {
      clientId: registration.clientId,
      authority: registration.authority,
      redirectUri: `${registration.origin}/auth.html`,
      clientCapabilities: ['CP1'],
    },
    // The window is closed at once: nothing of it is to stay behind.
    cache: { cacheLocation: 'sessionStorage' },
  });
  const result = await app.handleRedirectPromise();
  if (result !== null) return toGrant(result);
  await app.acquireTokenRedirect({
    scopes: permissions,
    redirectStartPage: back,
    ...(claims !== null && { claims }),
    ...(hint !== null && { loginHint: hint }),
  });
  return null;
}
