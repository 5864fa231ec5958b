/** What may go wrong with the bridge as a program, its commands and its API. */
import { entry } from './entry.ts';

export const bridgeErrors = {
  'file.exists': entry('There is a file of this name already.', 'Name another one, or remove it first.'),
  'file.unreadable': entry('The file cannot be read.', 'Check its name, and that you may read it.'),
  'file.unwritable': entry(
    'The file cannot be written.',
    'Name a place where you may write, with room left.',
  ),
  'config.invalid': entry(
    'The configuration or the command line is not valid.',
    'Correct what the detail names.',
  ),
  'config.enforced': entry(
    'The administrator of this computer has set this; it cannot be set otherwise.',
    'Leave the option out, or ask your administrator.',
  ),
  'bridge.running': entry(
    'The bridge is already running for this user.',
    'Use the running one, or stop it first.',
  ),
  'bridge.not-running': entry('The bridge is not running.', 'Start it with outlook-device-sync start.'),
  'bridge.other-bridge': entry(
    'Another bridge of yours, with another state folder, has the port.',
    'Use that one, or stop it; or give this one another port in its configuration.',
  ),
  'bridge.other-user': entry(
    'Another user of this PC has the bridge’s port, most likely with a bridge of their own.',
    'Give yours another port in its configuration, and use a manifest for that port: outlook-device-sync manifest.',
  ),
  'bridge.port-taken': entry(
    'Another program uses the bridge’s port.',
    'Stop that program, or configure another port.',
  ),
  'bridge.no-permission': entry(
    'The browser does not let this page reach the bridge on this PC.',
    'Allow this site to reach apps on this device, or the local network, by the button beside the browser’s address bar, then reload. On a managed PC the administrator can allow it.',
  ),
  'bridge.certificate': entry(
    'The bridge’s certificate cannot be made or read.',
    'Delete identity.pem in the state folder and start the bridge again.',
  ),
  'bridge.paused': entry('The bridge is paused.', 'Let it go on with outlook-device-sync resume.'),
  'move.nothing': entry(
    'There is nothing to export yet.',
    'Sync once, or name the state folder with --state.',
  ),
  'move.bad-file': entry(
    'The file was not written by outlook-device-sync export.',
    'Export again on the old PC, and copy the file whole.',
  ),
  'startup.failed': entry(
    'The system did not take the command by which the bridge starts with the session.',
    'See the detail. Without it the bridge runs while outlook-device-sync start does.',
  ),
  'bridge.trust': entry(
    'The bridge’s authority could not be made trusted, or its trust not taken away.',
    'Do what the detail says and try again, or do it by hand with the file authority.pem of the state folder.',
  ),
  'bridge.unproven': entry(
    'The program at the bridge’s address did not prove that it is your bridge. Nothing was sent to it.',
    'Check with outlook-device-sync status that your bridge runs. If it does and you took this page’s key back, pair it again.',
  ),
  'pane.clipboard': entry('The text could not be copied.', 'Select it and copy it with Ctrl+C.'),
  'api.unauthorized': entry(
    'This page or program is not paired with the bridge.',
    'Pair it: the pane shows a code, confirm it with outlook-device-sync pair CODE.',
  ),
  'api.forbidden': entry(
    'The request came from a place that may not talk to the bridge.',
    'Open the pane from Outlook or with outlook-device-sync open.',
  ),
  'api.locked': entry(
    'Too many wrong keys or codes were tried.',
    'Wait a minute. Pages and programs that are paired go on working.',
  ),
  'api.busy': entry(
    'The bridge is asked too often by pages or programs that are not paired.',
    'Wait a second and try again. Pages and programs that are paired go on working.',
  ),
  'api.pairing': entry(
    'The code or invitation is not known or no longer valid.',
    'Ask the page for a new code, or run outlook-device-sync open again.',
  ),
  'api.invalid': entry('The request is not valid.', 'Correct what the detail names.'),
  'api.not-found': entry('There is no such thing.', 'Check the address.'),
  'api.too-large': entry('The request is too large.', 'Send less at a time.'),
  'api.lease-lost': entry('The call was given to another host.', 'Ask for the next call.'),
} as const;
