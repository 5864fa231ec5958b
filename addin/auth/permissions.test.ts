import { expect, it } from 'vitest';
import { calendar, contacts, tasks } from '../../datasets/index.ts';
import { ALL_PERMISSIONS, MAILBOX_PERMISSIONS, permissionsOf } from './permissions.ts';

it('is one permission for each dataset of Outlook, and no more than these in all', () => {
  const needed = [contacts, calendar, tasks].map(({ name }) => permissionsOf(name));
  expect(needed).toEqual([['Contacts.ReadWrite'], ['Calendars.ReadWrite'], ['Tasks.ReadWrite']]);
  expect([...MAILBOX_PERMISSIONS, ...needed.flat()]).toEqual([...ALL_PERMISSIONS]);
  expect(permissionsOf('notes')).toEqual([]);
});
