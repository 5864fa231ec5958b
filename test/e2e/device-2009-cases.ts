/**
 * Contacts between Outlook and the strict device of 2009 by the built programs, as a person runs them: the local mailbox,
 * `outlook-device-sync start` with its headless host, and `outlook-device-sync sync` are processes of their own; the device
 * is at the other end of a real socket or a real pseudo-terminal.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { paths, statusSchema } from '../../contract/api.ts';
import { jobSchema, type SessionReport } from '../../contract/job.ts';
import { contacts, type Fields } from '../../datasets/index.ts';
import { runCommand, startProgram, type RunningProgram } from '../../demo/processes.ts';
import { differencesOf, united, type HeldRecord } from '../../demo/records.ts';
import { makePeople } from '../../demo/sample-data/people.ts';
import { Device2009 } from '../device-2009/device.ts';
import { Outlook } from '../faults/lab/outlook.ts';
import { startPtyPair, type PtyPair } from '../support/pty-pair.ts';
import { readFields } from '../support/sync-rig.ts';

/** What each side has alone at first, and what both have. */
const OWN = 20;
const BOTH = 10;
/** Messages of a sync without changes, both directions together; a serial line adds pings to them, as time passes. */
const A_HANDFUL = 20;
const NOTHING = { created: 0, updated: 0, removed: 0 };

const people = makePeople({ count: 2 * OWN + BOTH, seed: 5, pictures: 6 });
const inOutlook = people.slice(0, OWN + BOTH);
const onDevice = people.slice(OWN);

export function describeDevice2009(link: 'tcp' | 'serial' | 'greenphone'): void {
  describe(`a device of 2009 over ${link}, by start and sync`, { timeout: 90_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'device-2009-'));
    const bridgeState = join(folder, 'bridge');
    const device = new Device2009();
    const expected = united('contacts', { contacts: inOutlook }, { contacts: onDevice });
    let outlook: Outlook;
    let line: PtyPair | undefined;
    let bridge: RunningProgram;

    /** The options of `start` for the link, whose far end the device has. */
    const openLink = async (): Promise<readonly string[]> => {
      if (link === 'tcp') return ['--tcp', `127.0.0.1:${await device.listen()}`];
      line = await startPtyPair();
      await device.openSerial(line.far);
      return ['--serial', line.near, ...(link === 'greenphone' ? ['--greenphone'] : [])];
    };

    beforeAll(async () => {
      outlook = await Outlook.start({ preload: [], env: {} });
      await outlook.seed({ contacts: inOutlook });
      for (const fields of onDevice)
        device.add(contacts.write(fields, { id: '', own: true, style: 'device' }));
      device.owner('allow');
      bridge = await startProgram('bridge', [
        ...['start', '--port', '0', '--state', bridgeState, ...(await openLink())],
        ...['--outlook', 'headless', '--graph', outlook.url, '--user', outlook.user],
      ]);
      const client = await BridgeClient.connect(bridgeState);
      await vi.waitFor(
        async () => {
          const { hosts, devices } = await client.get(paths.status, statusSchema);
          expect([hosts.length, devices.map(({ state }) => state)]).toEqual([1, ['connected']]);
        },
        { timeout: 30_000 },
      );
    }, 60_000);

    afterAll(async () => {
      await bridge.stop();
      await device.close();
      await line?.stop();
      await outlook.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const sync = async (): Promise<SessionReport> => {
      const args = ['sync', '--dataset', 'contacts', '--state', bridgeState, '--json'];
      const job = jobSchema.parse(JSON.parse(await runCommand('bridge', args)));
      expect([device.crashed, device.offences]).toEqual([undefined, []]);
      const [report] = job.sessions;
      if (job.sessions.length !== 1 || report === undefined) throw new Error(JSON.stringify(job));
      return report;
    };
    const held = (): readonly HeldRecord[] =>
      device.records().map(({ id, xml }) => ({ id, fields: readFields(xml) }));
    const differences = async (): Promise<string[]> =>
      differencesOf('contacts', held(), await outlook.records('contacts'), expected);
    const nameOf = (fields: Fields | undefined): string => contacts.label(fields ?? {});
    const idOf = (records: readonly HeldRecord[], fields: Fields | undefined): string =>
      records.find((record) => nameOf(record.fields) === nameOf(fields))?.id ?? nameOf(fields);
    const meant = (fields: Fields | undefined, change: Fields): void =>
      void expected.set(nameOf(fields), { ...expected.get(nameOf(fields)), ...change });

    it('joins both sides at the first sync', async () => {
      expect(await sync()).toMatchObject({
        paired: BOTH,
        conflicts: 0,
        device: { ...NOTHING, created: OWN },
        mailbox: { ...NOTHING, created: OWN },
      });
      expect(await differences()).toEqual([]);
    });

    it('carries edits, a conflict, a record of each side and a removal of each side both ways', async () => {
      const there = await outlook.records('contacts');
      const here = held();
      const [ours, theirs, shared, disputed, gone, deleted] = onDevice;
      device.edit(idOf(here, ours), { Nickname: 'From the device' });
      await outlook.change('contacts', idOf(there, theirs), { profession: 'From Outlook' });
      device.edit(idOf(here, shared), { JobTitle: 'Here' });
      await outlook.change('contacts', idOf(there, shared), { department: 'There' });
      device.edit(idOf(here, disputed), { Office: 'Device’s room' });
      await outlook.change('contacts', idOf(there, disputed), { officeLocation: 'Outlook’s room' });
      meant(ours, { Nickname: 'From the device' });
      meant(theirs, { Profession: 'From Outlook' });
      meant(shared, { JobTitle: 'Here', Department: 'There' });
      meant(disputed, { Office: 'Device’s room' });

      device.remove(idOf(here, gone));
      await outlook.remove('contacts', idOf(there, deleted));
      expected.delete(nameOf(gone));
      expected.delete(nameOf(deleted));

      device.add({ FirstName: 'Ada', LastName: 'Lovelace', phones: { HomePhone: '555 0101' } });
      expected.set('Ada Lovelace', {
        FirstName: 'Ada',
        LastName: 'Lovelace',
        'PhoneNumbers/HomePhone': '555 0101',
      });
      const grace = { FirstName: 'Grace', LastName: 'Hopper', 'PhoneNumbers/HomePhone': '555 0102' };
      await outlook.seed({ contacts: [grace] });
      expected.set('Grace Hopper', grace);

      const report = await sync();
      expect(await differences()).toEqual([]);
      expect(report).toMatchObject({
        conflicts: 1,
        device: { created: 1, updated: 2, removed: 1 },
        mailbox: { created: 1, updated: 3, removed: 1 },
      });
    });

    it('finds nothing to do at the third sync, in a handful of lines', async () => {
      const state = async (): Promise<unknown> => [device.snapshot().records, await outlook.held()];
      const before = await state();
      device.clearLog();
      expect(await sync()).toMatchObject({
        kind: 'fast',
        paired: 0,
        conflicts: 0,
        device: NOTHING,
        mailbox: NOTHING,
      });
      expect([...device.messages('to-device'), ...device.messages('from-device')].length).toBeLessThanOrEqual(
        A_HANDFUL,
      );
      expect(await state()).toEqual(before);
    });
  });
}
