/** The delegated permissions of Microsoft Graph that the add-in asks for, each when it is first needed. */

export const ALL_PERMISSIONS = [
  'User.Read',
  'MailboxSettings.Read',
  'Contacts.ReadWrite',
  'Calendars.ReadWrite',
  'Tasks.ReadWrite',
] as const;
export type Permission = (typeof ALL_PERMISSIONS)[number];

/** To open a mailbox: whose it is, and its time zone. */
export const MAILBOX_PERMISSIONS: readonly Permission[] = ['User.Read', 'MailboxSettings.Read'];

/** By their names: a page signs in before it loads what a dataset is. */
const ofDataset: Readonly<Record<string, Permission>> = {
  contacts: 'Contacts.ReadWrite',
  calendar: 'Calendars.ReadWrite',
  tasks: 'Tasks.ReadWrite',
};

/** What the plugin of a dataset needs; nothing for a dataset that Outlook does not have. */
export function permissionsOf(dataset: string): readonly Permission[] {
  const permission = ofDataset[dataset];
  return permission === undefined ? [] : [permission];
}
