/** The delegated permissions of Microsoft Graph that the add-in asks for, each when it is first needed. */
import { calendar, contacts, tasks } from '../../datasets/index.ts';

export type Permission =
  'User.Read' | 'MailboxSettings.Read' | 'Contacts.ReadWrite' | 'Calendars.ReadWrite' | 'Tasks.ReadWrite';

/** To open a mailbox: whose it is, and its time zone. */
export const MAILBOX_PERMISSIONS: readonly Permission[] = ['User.Read', 'MailboxSettings.Read'];

const ofDataset: Readonly<Record<string, Permission>> = {
  [contacts.name]: 'Contacts.ReadWrite',
  [calendar.name]: 'Calendars.ReadWrite',
  [tasks.name]: 'Tasks.ReadWrite',
};

/** What the plugin of a dataset needs; nothing for a dataset that Outlook does not have. */
export function permissionsOf(dataset: string): readonly Permission[] {
  const permission = ofDataset[dataset];
  return permission === undefined ? [] : [permission];
}
