/** A rig with the 2009 device whose contacts a test looks at by name; every test ends with a device that was not harmed. */
import { afterEach, expect } from 'vitest';
import type { Conflict } from '../../contract/conflicts.ts';
import type { SettingsChange } from '../../contract/settings.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

let rig: SyncRig;

/** Starts the rig of a test; it is closed after it. */
export async function startContacts(contacts: SettingsChange = {}): Promise<SyncRig> {
  rig = await startRig({ settings: { contacts } });
  return rig;
}

export function closeAfterEach(): void {
  afterEach(async () => {
    expect(rig.device.crashed).toBeUndefined();
    expect(rig.device.offences).toEqual([]);
    await rig.close();
  });
}

/** Adds people to Outlook; their immutable ids. */
export function seed(...people: Readonly<Record<string, unknown>>[]): string[] {
  return rig.mailbox.admin
    .seed(
      USER,
      people.map((contact) => ({ contact })),
    )
    .map(({ immutableId }) => immutableId);
}

export function idOnDevice(text: string): string {
  const found = rig.device.records().find(({ xml }) => xml.includes(text));
  if (found === undefined) throw new Error(`no record with ${text}`);
  return found.id;
}

/** The device's record that holds a text; undefined: none does. */
export function onDevice(text: string): string | undefined {
  return rig.device.records().find(({ xml }) => xml.includes(text))?.xml;
}

export function inOutlook(): readonly Readonly<Record<string, unknown>>[] {
  return rig.mailbox.admin.dump(USER).contacts.map(({ contact }) => contact);
}

export function openConflicts(): readonly Conflict[] {
  return rig.archive.conflicts('open', null, 100).conflicts;
}
