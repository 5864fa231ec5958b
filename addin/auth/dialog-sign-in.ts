/** Signing in by a window of Outlook's, for clients in which a page can open none of its own. */
import type { OfficeHost } from '../hosts/office-host.ts';
import { readAnswer, requestQuery } from './dialog-message.ts';
import type { Grant, MsalRequest } from './msal.ts';

/** The window is closed after so long, in ms. */
const WINDOW_MS = 5 * 60_000;

/** `bridge`: what tells the window where the bridge is (bridge-address.ts). */
export function askInDialog(
  office: OfficeHost,
  origin: string,
  bridge: string,
): (request: MsalRequest, hint: string | undefined) => Promise<Grant> {
  return async (request, hint) =>
    readAnswer(
      await office.dialog(
        `${origin}/dialog.html${requestQuery(request, hint, bridge)}`,
        AbortSignal.timeout(WINDOW_MS),
      ),
    );
}
