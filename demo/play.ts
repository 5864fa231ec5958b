/** What the demo does: three syncs, with edits on both sides in between, and a look whether both sides agree. */
import type { ProgressLine } from '../bridge/cli/progress-line.ts';
import type { Io } from '../bridge/cli/io.ts';
import { runToEnd } from '../bridge/cli/sync-command.ts';
import { DEFAULT_LOCAL_USER } from '../contract/api.ts';
import type { SessionReport } from '../contract/job.ts';
import { contacts, type Fields } from '../datasets/index.ts';
import { runCommand } from './processes.ts';
import type { Stage } from './stage.ts';

export interface Played {
  readonly syncs: readonly { readonly name: string; readonly report: SessionReport }[];
  readonly records: { readonly device: number; readonly outlook: number };
  /** Empty when both sides hold the same, nothing twice and nothing lost. */
  readonly differences: readonly string[];
}

export async function play(
  stage: Stage,
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
  const before = new Set([...(await stage.deviceRecords()), ...(await stage.outlookRecords())].map(nameOf));
  say('First sync …');
  await sync('first');
  say('Edits on both sides …');
  const { removed, added } = await edit(stage);
  say('Second sync …');
  await sync('after edits');
  say('Third sync …');
  await sync('idle');
  for (const name of removed) before.delete(name);
  for (const name of added) before.add(name);
  const [device, outlook] = [await stage.deviceRecords(), await stage.outlookRecords()];
  const differences = compareSides(device, outlook, before);
  return { syncs, records: { device: device.length, outlook: outlook.length }, differences };
}

/** A conflict, a removal on each side, an edit of different fields, a new contact on each side. */
async function edit(
  stage: Stage,
): Promise<{ readonly removed: readonly string[]; readonly added: readonly string[] }> {
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
  const newDevice = 'Ada Demo-Device';
  const newOutlook = 'Grace Demo-Outlook';

  await onTheDevice('edit', 'contacts', conflict.id, 'JobTitle=Changed on the device');
  await stage.admin('PATCH', `${mailbox}/${encodeURIComponent(idOf(conflict))}`, {
    jobTitle: 'Changed in Outlook',
  });
  await onTheDevice('edit', 'contacts', merged.id, 'Nickname=From the device');
  await stage.admin('PATCH', `${mailbox}/${encodeURIComponent(idOf(merged))}`, {
    profession: 'From Outlook',
  });
  await onTheDevice('remove', 'contacts', onDevice.id);
  await stage.admin('DELETE', `${mailbox}/${encodeURIComponent(idOf(inOutlook))}`);
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
  return { removed: [nameOf(onDevice), nameOf(inOutlook)], added: [newDevice, newOutlook] };
}

function nameOf(record: { readonly fields: Fields }): string {
  return contacts.label(record.fields);
}

/** Sentences about what is not as it should be. Pictures are compared by sight. */
export function compareSides(
  device: readonly { readonly fields: Fields }[],
  outlook: readonly { readonly fields: Fields }[],
  expected: ReadonlySet<string>,
): string[] {
  const differences: string[] = [];
  const byName = new Map(outlook.map((record) => [nameOf(record), record.fields]));
  const seen = new Set<string>();
  for (const record of device) {
    const name = nameOf(record);
    if (seen.has(name)) differences.push(`${name} is on the device twice`);
    seen.add(name);
    const other = byName.get(name);
    if (other === undefined) {
      differences.push(`${name} is on the device only`);
      continue;
    }
    const keys = new Set([
      ...Object.keys(contacts.canonical(record.fields)),
      ...Object.keys(contacts.canonical(other)),
    ]);
    for (const key of keys) {
      if (!contacts.sameValue(key, record.fields[key], other[key]))
        differences.push(`${name}: ${key} differs`);
    }
  }
  if (byName.size !== outlook.length) differences.push('Outlook has a contact twice');
  for (const name of byName.keys()) if (!seen.has(name)) differences.push(`${name} is in Outlook only`);
  for (const name of expected) if (!seen.has(name)) differences.push(`${name} is lost`);
  return differences;
}
