/**
 * The page in a window of Outlook's that signs in for another page: goes to Microsoft and comes back here, then hands the
 * token to the page that opened it. Only Outlook can carry that message, and only to our own origin.
 */
import { SyncError } from '../../contract/errors.ts';
import { bridgeAddress } from '../hosts/bridge-address.ts';
import { createBridgeClient } from '../hosts/bridge-client.ts';
import { findOffice } from '../hosts/office.ts';
import { officeScript } from '../hosts/office-script.ts';
import { grantMessage, problemMessage, readRequest, type DialogRequest } from './dialog-message.ts';
import { redirectGrant } from './msal-redirect.ts';
import { troubleOf } from './msal-errors.ts';
import { DEFAULT_AUTHORITY, type Grant } from './msal.ts';

const officeMs = 20_000;

function show(text: string): void {
  const element = document.getElementById('text');
  if (element !== null) element.textContent = text;
}

/** Null: the page is on its way to Microsoft. */
async function signIn(
  request: DialogRequest,
  clientId: string | null,
  authority: string | null,
): Promise<Grant | null> {
  if (clientId === null) throw new SyncError('mailbox.not-configured');
  const registration = { clientId, authority: authority ?? DEFAULT_AUTHORITY, origin: location.origin };
  return redirectGrant(registration, request, location.href);
}

const request = readRequest(location.search);
if (request === null) show('There is nothing to be done here. You can close this window.');
else {
  const bridge = createBridgeClient({ address: bridgeAddress(location), key: () => null });
  const { outlook } = await bridge.hello(AbortSignal.timeout(officeMs));
  const office = await findOffice({ limitMs: officeMs, script: officeScript(location.search, outlook) });
  let message: string | null;
  try {
    const grant = await signIn(request, outlook.clientId, outlook.authority);
    message = grant === null ? null : grantMessage(grant);
  } catch (error) {
    const trouble = troubleOf(error);
    message = problemMessage(
      trouble.kind === 'problem' ? trouble.problem : new SyncError('sign-in.refused', trouble.kind),
    );
  }
  if (message !== null)
    show(office.tellOpener(message) ? 'You are signed in.' : 'You can close this window.');
}
