/** What may go wrong with Outlook’s side: service, sign-in, plugins. */
import { entry } from './entry.ts';

export const mailboxErrors = {
  'mailbox.signed-out': entry(
    'Nobody is signed in to Outlook’s mailbox.',
    'Open the Sync pane in Outlook and sign in.',
  ),
  'mailbox.no-host': entry(
    'No Outlook add-in is attached.',
    'Open the Sync pane in Outlook, or start the bridge with an Outlook host.',
  ),
  'mailbox.host-lost': entry(
    'The Outlook add-in went away and did not come back.',
    'Open the Sync pane in Outlook and sync again. Nothing is lost.',
  ),
  'mailbox.denied': entry(
    'Outlook refused access.',
    'Sign in again and grant the permission that is asked for.',
  ),
  'mailbox.throttled': entry(
    'Outlook’s service asks to slow down.',
    'Wait a few minutes, then sync again. Nothing is lost.',
  ),
  'mailbox.unavailable': entry(
    'Outlook’s service cannot be reached.',
    'Check the network and sync again. Nothing is lost.',
  ),
  'mailbox.refused': entry(
    'Outlook refused a change to a record.',
    'The record is tried again at each sync. See the detail for what the service did not accept.',
  ),
  'mailbox.unreadable': entry(
    'An item in Outlook cannot be read.',
    'The item is left alone. Open and save it in Outlook, then sync again.',
  ),
  'mailbox.changed': entry(
    'The item was changed in Outlook while the sync was running.',
    'Nothing was overwritten; the next sync settles it.',
  ),
  'mailbox.unknown-fate': entry(
    'The answer to a change was lost.',
    'The next sync looks whether it happened. Nothing is done twice.',
  ),
  'mailbox.photo': entry(
    'A picture could not be stored in Outlook.',
    'The rest of the record was synced. Use a JPEG or PNG picture of less than 4 MB.',
  ),
  'mailbox.not-configured': entry(
    'No app registration is configured for Outlook’s mailbox.',
    'Ask your administrator; docs/admin.md tells how one is made and where its id goes.',
  ),
  'sign-in.cancelled': entry(
    'The sign-in was not finished.',
    'Sign in again when you like. Nothing is lost.',
  ),
  'sign-in.blocked': entry(
    'The window for signing in could not be opened.',
    'Allow this page to open windows, then sign in again.',
  ),
  'sign-in.refused': entry(
    'Microsoft’s sign-in refused.',
    'Show the detail to your administrator: the permissions or the registration may not fit.',
  ),
  'office.script': entry(
    'Outlook’s script (Office.js) could not be loaded from Microsoft; it is taken from nowhere else.',
    'Allow appsforoffice.microsoft.com on this network. Until then the page works as in a browser.',
  ),
} as const;
