/** What the demo does: three syncs, with edits on both sides in between, and a look whether both sides agree. */
import type { ProgressLine } from '../bridge/cli/progress-line.ts';
import type { Io } from '../bridge/cli/io.ts';
import { runToEnd } from '../bridge/cli/sync-command.ts';
import { DEFAULT_LOCAL_USER } from '../contract/api.ts';
import type { SessionReport } from '../contract/job.ts';
import type { Fields } from '../datasets/index.ts';
import { change, differencesFrom, nameOf, unite, type People } from './expected.ts';
import { runCommand } from './processes.ts';
import type { SampleSides } from './sample-data/people.ts';
import type { Stage } from './stage.ts';

export interface Played {
  readonly syncs: readonly { readonly name: string; readonly report: SessionReport }[];
  readonly records: { readonly device: number; readonly outlook: number };
  /** Empty when both sides hold what was put in and edited, field by field, nothing twice and nothing lost. */
  readonly differences: readonly string[];
}

export async function play(
  stage: Stage,
  sides: Pick<SampleSides, 'outlook' | 'device'>,
  io: Io,
  line: ProgressLine,
  say: (text: string) => void,
): Promise<Played> {
  const syncs: { name: string; report: SessionReport }[] = [];
  const sync = async (name: string): Promise<void> => {
    const job = await runToEnd(stage.client, io, { datasets: ['contacts'] }, line);
    line.clear();
    const [report] = job.sessions;
    if (job.state !== 'ok' || report === undefined) throw new Error(job.error?.message ?? 'the sync failed');
    syncs.push({ name, report });
  };
  const expected = unite(sides.outlook, sides.device);
  say('First sync …');
  await sync('first');
  say('Edits on both sides …');
  await edit(stage, expected);
  say('Second sync …');
  await sync('after edits');
  say('Third sync …');
  await sync('idle');
  const [device, outlook] = [await stage.deviceRecords(), await stage.outlookRecords()];
  const differences = differencesFrom(expected, { device, Outlook: outlook });
  return { syncs, records: { device: device.length, outlook: outlook.length }, differences };
}

/**
 * A conflict, a removal on each side, an edit of different fields, a new contact on each side; `expected` is told of each,
 * as it shall be in the end.
 */
async function edit(stage: Stage, expected: People): Promise<void> {
  const device = await stage.deviceRecords();
  const outlook = new Map((await stage.outlookRecords()).map((record) => [nameOf(record), record.id]));
  const [conflict, merged, onDevice, inOutlook] = device.filter((record) => outlook.has(nameOf(record)));
  if (conflict === undefined || merged === undefined || onDevice === undefined || inOutlook === undefined) {
    throw new Error('the first sync left nothing to edit');
  }
  const idOf = (record: { readonly fields: Fields }): string => outlook.get(nameOf(record)) ?? '';
  const onTheDevice = (...args: string[]): Promise<string> =>
    runCommand('device', [...args, '--state', stage.deviceState]);
  const mailbox = `/mailboxes/${DEFAULT_LOCAL_USER}/contacts`;

  await onTheDevice('edit', 'contacts', conflict.id, 'JobTitle=Changed on the device');
  await stage.admin('PATCH', `${mailbox}/${encodeURIComponent(idOf(conflict))}`, {
    jobTitle: 'Changed in Outlook',
  });
  change(expected, nameOf(conflict), { JobTitle: 'Changed on the device' });
  await onTheDevice('edit', 'contacts', merged.id, 'Nickname=From the device');
  await stage.admin('PATCH', `${mailbox}/${encodeURIComponent(idOf(merged))}`, {
    profession: 'From Outlook',
  });
  change(expected, nameOf(merged), { Nickname: 'From the device', Profession: 'From Outlook' });
  await onTheDevice('remove', 'contacts', onDevice.id);
  await stage.admin('DELETE', `${mailbox}/${encodeURIComponent(idOf(inOutlook))}`);
  for (const removed of [onDevice, inOutlook]) expected.delete(nameOf(removed));
  await onTheDevice(
    'add',
    'contacts',
    'FirstName=Ada',
    'LastName=Demo-Device',
    'PhoneNumbers/HomePhone=555 0101',
  );
  await stage.admin('POST', `/mailboxes/${DEFAULT_LOCAL_USER}/seed`, {
    contacts: [{ contact: { givenName: 'Grace', surname: 'Demo-Outlook', mobilePhone: '555 0102' } }],
  });
  change(expected, 'Ada Demo-Device', {
    FirstName: 'Ada',
    LastName: 'Demo-Device',
    'PhoneNumbers/HomePhone': '555 0101',
  });
  change(expected, 'Grace Demo-Outlook', {
    FirstName: 'Grace',
    LastName: 'Demo-Outlook',
    'PhoneNumbers/BusinessMobile': '555 0102',
  });
}
