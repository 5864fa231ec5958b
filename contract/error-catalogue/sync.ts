/** What may go wrong in a sync, and with what is kept of it. */
import { entry } from './entry.ts';

export const syncErrors = {
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
  'undo.other-partner': entry(
    'This session was with another device, or with another mailbox.',
    'Connect the device and open the mailbox that it was with; what it changed can be put back only there.',
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
} as const;
