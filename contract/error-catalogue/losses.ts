/** What one side cannot hold, by the names of the losses (spec: datasets 8.6, 9). */
import { loss } from '../../datasets/calendar/recurrence/losses.ts';
import { entry } from './entry.ts';

/** Where both sides show the same for years. */
const SEEN_ALIKE = 'Nothing needs to be done: both sides show the same for the years ahead.';

export const lossErrors = {
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
} as const;
