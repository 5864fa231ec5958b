/** What may go wrong on the handheld’s side (qdsync-device). */
import { entry } from './entry.ts';

export const handheldErrors = {
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
  'pim.refused': entry('The desktop has refused the sync.', 'Do as its words say, and ask again.'),
  'pim.failed': entry(
    'The sync has ended without success.',
    'Do as the words of the desktop say, and ask again; nothing is lost.',
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
} as const;
