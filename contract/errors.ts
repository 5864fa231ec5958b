/**
 * The error catalogue: every code that a person or a program may meet, with what happened and what to do.
 * A test demands that each code used is listed here and each listed code is used.
 */
import { loss } from '../datasets/calendar/recurrence/losses.ts';

export interface CatalogueEntry {
  /** One sentence; `detail` of the error says which record, line or field. */
  readonly message: string;
  /** What the person can do about it. */
  readonly remedy: string;
}

/** Where both sides show the same for years. */
const SEEN_ALIKE = 'Nothing needs to be done: both sides show the same for the years ahead.';

const entry = (message: string, remedy: string): CatalogueEntry => ({ message, remedy });

export const errorCatalogue = {
  // Link and protocol
  'link.refused': entry(
    'Nothing answers at the device’s address.',
    'Check that the device is on, connected and set to synchronise, and that address and port are right.',
  ),
  'link.search': entry(
    'The network cannot be searched for devices.',
    'Check that a network is connected, or name the device’s address in the configuration.',
  ),
  'link.lost': entry(
    'The connection to the device was lost.',
    'Nothing is half-applied. Reconnect the device and sync again.',
  ),
  'link.serial-open': entry(
    'The serial port cannot be opened.',
    'Check the cable, the port’s name with the ports command, and that no other program uses it.',
  ),
  'link.timeout': entry(
    'The device did not answer in time.',
    'Check that the device is on and not busy, then sync again.',
  ),
  'link.not-connected': entry('The device is not connected.', 'Connect the device and try again.'),
  'wire.line-too-long': entry(
    'The other end sent a line longer than the limit.',
    'If a record really is this large, raise limits.maxLineBytes in the configuration.',
  ),
  'wire.bad-line': entry(
    'The other end sent something that is not qdsync.',
    'Check that the port or address belongs to the device.',
  ),
  'wire.bad-message': entry(
    'The other end sent a message that cannot be decoded.',
    'Sync again; if it happens again, report it with a recording.',
  ),
  'wire.legacy-device': entry(
    'This device speaks an older protocol (Qtopia 1 or 2), which is not supported.',
    'Update the device to Qt Extended (Qtopia 4.3 or later).',
  ),
  'wire.not-a-device': entry(
    'What answered is not a Qtopia device.',
    'Check the address and port of the device.',
  ),
  'wire.version': entry(
    'The device speaks a version of the sync messages that is not supported.',
    'Use a device with Qt Extended or Qtopia 4.3 or later.',
  ),
  'wire.protocol': entry(
    'The other end broke the order of the protocol.',
    'Sync again; if it happens again, restart the device.',
  ),
  'login.other-device': entry(
    'Another device answers where a known one was. Nothing was sent to it.',
    'If you have replaced or reset the device: outlook-device-sync devices --accept NAME. If not, check what is connected.',
  ),
  'login.refused': entry(
    'The device refused this PC.',
    'Press Allow on the device when it asks, then sync again.',
  ),
  'login.timeout': entry(
    'Nobody answered the question on the device.',
    'Press Allow on the device when it asks, then sync again.',
  ),
  'device.error': entry(
    'The device reported an error and took the changes of this session back.',
    'Sync again; if it happens again, restart the device.',
  ),
  'device.dataset': entry(
    'The device does not offer this dataset.',
    'Choose among the datasets that the device announces.',
  ),
  'device.busy': entry('A sync with this device is running already.', 'Wait for it to end, or cancel it.'),
  'device.other-desktop': entry(
    'Another desktop is connected to the device.',
    'End the sync there, or close that desktop’s program, then try again.',
  ),
  'device.unprotected': entry(
    'The device cannot protect its connection, as none of 2009 can, and nobody has allowed that.',
    'If you trust the network between this PC and the device, allow it: outlook-device-sync devices --allow-unprotected NAME',
  ),
  'device.downgrade': entry(
    'The device has protected its connection before, and now offers no protection.',
    'Somebody may be between this PC and the device. If it was replaced or reset: outlook-device-sync devices --accept NAME',
  ),
  'device.key-changed': entry(
    'What answers is not the device that was paired: it has another key.',
    'Somebody may be between this PC and the device. If it was replaced or reset: outlook-device-sync devices --accept NAME',
  ),
  'device.code': entry(
    'The codes were not the same, or nobody compared them.',
    'Sync again and compare the codes. If they differ again, somebody is between this PC and the device.',
  ),
  'device.no-code': entry(
    'No code of this device waits to be compared.',
    'Sync with the device; if it is not known yet, both ends show a code then.',
  ),
  'device.none': entry(
    'No device is configured.',
    'Add one in the pane, or start the bridge with --tcp or --serial.',
  ),
  'device.unknown': entry(
    'No device of this name is configured.',
    'Name one of the devices that the devices command lists.',
  ),
  'device.name-taken': entry('A device of this name is configured already.', 'Choose another name for it.'),
  // Records
  'record.not-xml': entry(
    'A record is not well-formed XML.',
    'The record is left alone on both sides. Open and save it on the device, then sync again.',
  ),
  'record.forbidden-xml': entry(
    'A record contains a document type or an entity that is not allowed.',
    'The record is left alone on both sides.',
  ),
  'record.too-large': entry(
    'A record is too large or too deeply nested.',
    'The record is left alone on both sides. Shorten it.',
  ),
  'record.wrong-root': entry(
    'A record is of another kind than its dataset.',
    'The record is left alone on both sides.',
  ),
  'record.structure': entry(
    'A record has an element in a place where only text may be.',
    'The record is left alone on both sides.',
  ),
  'record.bad-date': entry(
    'A date cannot be read; the old value was kept.',
    'Correct the date on the device.',
  ),
  'record.bad-value': entry(
    'A value cannot be read; the old value was kept.',
    'Correct the value on the device.',
  ),
  'record.control-characters': entry(
    'Characters that XML does not allow were removed.',
    'Nothing needs to be done.',
  ),
  'record.unknown-element': entry(
    'A record has an element that this program does not know; it stays on the device only.',
    'Nothing needs to be done.',
  ),
  'record.duplicate-id': entry(
    'The device sent two records with the same id.',
    'Only the last one was used. Sync again; if it happens again, restart the device.',
  ),
  'record.no-id': entry(
    'The device sent a record without an id.',
    'The record is left alone. Open and save it on the device, then sync again.',
  ),
  'record.refused-by-device': entry(
    'The device did not accept a record.',
    'The record stays in Outlook and is tried again at each sync. Look for values that differ in upper and lower case only.',
  ),
  'record.changed-on-device': entry(
    'The record was changed on the device while the sync was running.',
    'Nothing was overwritten; the next sync settles it.',
  ),
  // Mailbox
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
  // Losses, by their names (spec: datasets 8.6, 9)
  'loss.L-R1': entry(loss('L-R1').sentence, SEEN_ALIKE),
  'loss.L-R2': entry(loss('L-R2').sentence, SEEN_ALIKE),
  'loss.L-R3': entry(loss('L-R3').sentence, SEEN_ALIKE),
  'loss.L-R4': entry(loss('L-R4').sentence, SEEN_ALIKE),
  'loss.L-R5': entry(loss('L-R5').sentence, 'Give the series the category, in Outlook or on the device.'),
  'loss.L-R6': entry(loss('L-R6').sentence, 'Nothing needs to be done; the device keeps its own zone.'),
  'loss.E1': entry(
    'The place of an appointment was changed on the device; in Outlook it has lost its address on the map.',
    'Choose the place again in Outlook if you want.',
  ),
  'loss.E4': entry(
    'Of a meeting Outlook was told when to remind, but neither that it be with a sound nor that it be after the start.',
    'Nothing needs to be done; the device keeps its own reminder.',
  ),
  'loss.E5': entry(
    'The text of an item was changed on the device; in Outlook it has lost its formatting.',
    'Format it again in Outlook if you want.',
  ),
  'loss.task-extras': entry(
    'Microsoft To Do did not keep percentage, custom fields or the finer steps of priority of this task.',
    'They stay on the device and are synced from there again; nothing is lost.',
  ),
  'loss.restore': entry(
    'Outlook’s service did not let all of an item be put back.',
    'What is named here can be added again in Outlook.',
  ),
  'mailbox.photo-kept': entry(
    'Outlook does not let programs delete a contact’s picture; it stays there.',
    'Delete the picture in Outlook if you want.',
  ),
  'mailbox.meeting': entry(
    'A meeting was left as it is in Outlook, since its attendees would get mail.',
    'Change or cancel it in Outlook. The next sync brings it back to the device as it is there.',
  ),
  'mailbox.notes-kept': entry(
    'The text of an online meeting was left as it is in Outlook, since the link to join is in it.',
    'Change the text in Outlook.',
  ),
  'mailbox.host-not-allowed': entry(
    'A token may only be sent to Microsoft’s Graph hosts.',
    'Check the Graph address in the configuration.',
  ),
  // Sync
  'sync.cancelled': entry('The sync was cancelled.', 'Nothing is half-applied. Sync again when you like.'),
  'sync.not-running': entry('No sync is running.', 'Start one when you like.'),
  'sync.mass-removal': entry(
    'This sync would remove many records at once, so it did not start.',
    'Look at the list. If the removals are not wanted, restore them on the side that lost them.',
  ),
  'sync.all-off': entry(
    'Every dataset of this device is switched off.',
    'Choose another mode for what is to be synced.',
  ),
  'sync.left': entry(
    'A record is only on one side, and the mode of this sync does not copy it to the other.',
    'Choose two-way sync if it is to be on both sides.',
  ),
  'conflict.changed': entry(
    'A conflict was not reversed, for the record has been changed or removed since.',
    'Edit the record on either side; the history still lists both values.',
  ),
  'conflict.unknown': entry(
    'There is no such conflict.',
    'List them with outlook-device-sync conflicts list.',
  ),
  'undo.changed': entry(
    'A record was not put back, for it has been changed since.',
    'Undo it once more and say that later changes may be overwritten, or edit it by hand.',
  ),
  'undo.nothing': entry(
    'There is nothing left to put back.',
    'See the history for sessions that can be undone.',
  ),
  'undo.forgotten': entry(
    'What this session changed is no longer kept: it is too old, or the history has grown too large.',
    'Edit the records by hand; the history lists the sessions that can still be put back.',
  ),
  'undo.unknown': entry(
    'There is no such session in the history.',
    'List the sessions with outlook-device-sync history.',
  ),
  'sync.answer': entry(
    'The question is not open any more, or this is no answer to it.',
    'Look at the state of the sync, and start it again if it has ended.',
  ),
  'sync.out-of-step': entry(
    'The device and this PC disagree about their last sync: one of them was restored from a backup or copied.',
    'Start a full comparison with sync --slow; nothing will be removed by it.',
  ),
  'sync.clock': entry('The device’s clock does not move forward.', 'Set the device’s clock and sync again.'),
  'sync.internal': entry(
    'Something went wrong inside the bridge.',
    'Nothing is half-applied. Sync again and report it with the log.',
  ),
  // Store
  'store.full': entry('The disk is full.', 'Free some space and sync again. Nothing was deleted anywhere.'),
  'store.unwritable': entry(
    'The bridge’s state folder cannot be written.',
    'Check the folder’s permissions, or name another one with --state.',
  ),
  'store.corrupt': entry(
    'The bridge’s database is damaged.',
    'It was kept aside. Start a full comparison; nothing will be removed by it.',
  ),
  'store.newer': entry(
    'The database was written by a newer version of this program.',
    'Install the newer version again.',
  ),
  // Handheld (qdsync-device)
  'pim.unwritable': entry(
    'The handheld’s state folder cannot be written.',
    'Check the folder’s permissions, or name another one with --state.',
  ),
  'pim.corrupt': entry(
    'The handheld’s database is damaged.',
    'Move the file that the detail names aside and start again; the next sync offers to refill it.',
  ),
  'pim.busy': entry('Another program is writing to the handheld’s records.', 'Try again in a moment.'),
  'pim.running': entry(
    'An agent is running on this state folder already.',
    'Use the running one, stop it first, or name another folder with --state.',
  ),
  'pim.not-running': entry(
    'No agent is running on this state folder.',
    'Start it with qdsync-device run, or name its folder with --state.',
  ),
  'pim.no-desktop': entry(
    'No desktop is connected to the device.',
    'Start the bridge on the PC and wait until it has connected.',
  ),
  'pim.no-answer': entry(
    'The desktop did not answer.',
    'Look at the bridge on the PC; it may not be able to sync from the device.',
  ),
  'pim.no-record': entry('There is no such record.', 'List the dataset to see the ids of its records.'),
  'pim.bad-field': entry(
    'A field cannot be set as it was written.',
    'Name a field as the show command prints it; the add command’s help tells how values are written.',
  ),
  'pim.bad-file': entry('A line of the file is not a record.', 'Correct the line that the detail names.'),
  'pim.full': entry(
    'The handheld has no record numbers left.',
    'Export the records into a new state folder.',
  ),
  'pim.port-taken': entry(
    'The address to listen on cannot be used.',
    'Stop the program that uses the port, or choose another with --port or --listen.',
  ),
  // Bridge
  'file.exists': entry('There is a file of this name already.', 'Name another one, or remove it first.'),
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
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An expected failure: carries a code of the catalogue. */
export class SyncError extends Error {
  readonly code: ErrorCode;
  /** What exactly: the record, line, field, address. */
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', options?: { readonly cause?: unknown }) {
    super(
      detail === '' ? errorCatalogue[code].message : `${errorCatalogue[code].message} (${detail})`,
      options,
    );
    this.name = 'SyncError';
    this.code = code;
    this.detail = detail;
  }

  get remedy(): string {
    return errorCatalogue[this.code].remedy;
  }
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/** Turns anything thrown into a SyncError; what is not one yet is wrapped under the given code. */
export function toSyncError(error: unknown, code: ErrorCode = 'sync.internal'): SyncError {
  if (error instanceof SyncError) return error;
  return new SyncError(code, error instanceof Error ? error.message : String(error), { cause: error });
}
