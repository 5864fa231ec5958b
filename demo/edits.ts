/** What people do between the first and the second sync of the demo, and what has to come of it. */
import type { Fields } from '../datasets/index.ts';
import type { Expected } from './play.ts';
import { runCommand } from './processes.ts';
import { definitionOf, type DatasetName } from './records.ts';
import type { Stage } from './stage.ts';

/** A record that both sides hold. */
interface Shared {
  readonly name: string;
  readonly onDevice: string;
  readonly inOutlook: string;
}

/** Edits on both sides; `expected` follows them. */
export async function editBothSides(stage: Stage, expected: Expected): Promise<void> {
  await editContacts(stage, expected.contacts);
  await editCalendar(stage, expected.calendar);
  await editTasks(stage, expected.tasks);
}

/** A conflict, an edit of different fields, a removal and a new contact on each side. */
async function editContacts(stage: Stage, expected: Expected['contacts']): Promise<void> {
  const [conflict, merged, gone, deleted] = await someOf(stage, 'contacts', () => true, 4);
  await device(stage, 'edit', 'contacts', conflict.onDevice, 'JobTitle=Changed on the device');
  await outlook(stage, 'contacts', conflict, { jobTitle: 'Changed in Outlook' });
  set(expected, conflict, { JobTitle: 'Changed on the device' });

  await device(stage, 'edit', 'contacts', merged.onDevice, 'Nickname=From the device');
  await outlook(stage, 'contacts', merged, { profession: 'From Outlook' });
  set(expected, merged, { Nickname: 'From the device', Profession: 'From Outlook' });

  await device(stage, 'remove', 'contacts', gone.onDevice);
  await stage.admin('DELETE', `/contacts/${encodeURIComponent(deleted.inOutlook)}`);
  expected.delete(gone.name);
  expected.delete(deleted.name);

  await device(
    stage,
    'add',
    'contacts',
    'FirstName=Ada',
    'LastName=Demo-Device',
    'PhoneNumbers/HomePhone=555 0101',
  );
  expected.set('Ada Demo-Device', {
    FirstName: 'Ada',
    LastName: 'Demo-Device',
    'PhoneNumbers/HomePhone': '555 0101',
  });
  const grace = { givenName: 'Grace', surname: 'Demo-Outlook', mobilePhone: '555 0102' };
  await stage.admin('POST', '/seed', { contacts: [{ contact: grace }] });
  expected.set('Grace Demo-Outlook', {
    FirstName: 'Grace',
    LastName: 'Demo-Outlook',
    'PhoneNumbers/BusinessMobile': '555 0102',
  });
}

/** Another place in Outlook, a note on the device, and an edit of a meeting, which is put back. */
async function editCalendar(stage: Stage, expected: Expected['calendar']): Promise<void> {
  const isOwn = (name: string): boolean => expected.get(name) !== undefined;
  const [moved, noted] = await someOf(stage, 'calendar', isOwn, 2);
  await outlook(stage, 'events', moved, { location: { displayName: 'Harbour office' } });
  set(expected, moved, { Location: 'Harbour office' });
  await device(stage, 'edit', 'calendar', noted.onDevice, 'Notes=From the device');
  set(expected, noted, { Notes: 'From the device' });
  const [meeting] = await someOf(stage, 'calendar', (name) => !isOwn(name), 1);
  await device(stage, 'edit', 'calendar', meeting.onDevice, 'Location=Somewhere else');
}

/** One done on the device, one more urgent in Outlook. */
async function editTasks(stage: Stage, expected: Expected['tasks']): Promise<void> {
  const isOpen = (name: string): boolean => expected.get(name)?.Status === undefined;
  const [done, urgent] = await someOf(stage, 'tasks', isOpen, 2);
  const today = new Date().toISOString().slice(0, 10);
  const completed = {
    Status: 'Completed',
    StartedDate: today,
    CompletedDate: today,
    PercentCompleted: '100',
  };
  await device(
    stage,
    'edit',
    'tasks',
    done.onDevice,
    ...Object.entries(completed).map(([key, value]) => `${key}=${value}`),
  );
  set(expected, done, completed);
  await outlook(stage, 'tasks', urgent, { importance: 'high' });
  set(expected, urgent, { Priority: 'High' });
}

/** The first records on both sides whose name passes; throws when there are too few. */
async function someOf(
  stage: Stage,
  dataset: DatasetName,
  passes: (name: string) => boolean,
  count: number,
): Promise<[Shared, Shared, Shared, Shared]> {
  const definition = definitionOf(dataset);
  const inOutlook = new Map(
    (await stage.outlookRecords(dataset)).map(({ id, fields }) => [definition.label(fields), id]),
  );
  const shared = (await stage.deviceRecords(dataset)).flatMap(({ id, fields }): Shared[] => {
    const name = definition.label(fields);
    const other = inOutlook.get(name);
    return other === undefined || !passes(name) ? [] : [{ name, onDevice: id, inOutlook: other }];
  });
  if (shared.length < count) throw new Error(`the first sync left too few ${dataset} to edit`);
  return shared.slice(0, 4) as [Shared, Shared, Shared, Shared];
}

const device = (stage: Stage, ...args: string[]): Promise<string> =>
  runCommand('device', [...args, '--state', stage.deviceState]);

const outlook = (
  stage: Stage,
  kind: 'contacts' | 'events' | 'tasks',
  record: Shared,
  change: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  // A task's item id names its list too; the service's own id is what comes last, encoded already.
  const id = record.inOutlook.split('/').at(-1) ?? '';
  return stage.admin('PATCH', `/${kind}/${kind === 'tasks' ? id : encodeURIComponent(id)}`, change);
};

function set(expected: Map<string, Fields | undefined>, { name }: Shared, change: Fields): void {
  expected.set(name, { ...expected.get(name), ...change });
}
