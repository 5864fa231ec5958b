/** Policies, conflict inbox, guard, preview, undo, modes and scopes through the real engine (spec: sync engine, 2, 4, 6). */
import { afterEach, describe, expect, it } from 'vitest';
import type { Policy, SettingsChange } from '../../contract/settings.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

let rig: SyncRig;
const start = async (contacts: SettingsChange = {}): Promise<void> => {
  rig = await startRig({ settings: { contacts } });
};
afterEach(async () => {
  expect(rig.device.crashed).toBeUndefined();
  expect(rig.device.offences).toEqual([]);
  await rig.close();
});

const seed = (...people: Readonly<Record<string, unknown>>[]): string[] =>
  rig.mailbox.admin
    .seed(
      USER,
      people.map((contact) => ({ contact })),
    )
    .map(({ immutableId }) => immutableId);
const idOnDevice = (text: string): string => {
  const found = rig.device.records().find(({ xml }) => xml.includes(text));
  if (found === undefined) throw new Error(`no record with ${text}`);
  return found.id;
};
const onDevice = (text: string): string | undefined =>
  rig.device.records().find(({ xml }) => xml.includes(text))?.xml;
const inOutlook = (): readonly Readonly<Record<string, unknown>>[] =>
  rig.mailbox.admin.dump(USER).contacts.map(({ contact }) => contact);
const open = () => rig.archive.conflicts('open', null, 100).conflicts;

/** One person on both sides, whose job title is then changed on both. */
const disagree = async (policy: Policy): Promise<void> => {
  await start({ policy });
  const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
  await rig.synced();
  rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
  rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain', companyName: 'Navy' });
};

describe('a field changed differently on both sides', () => {
  it.each([
    ['device', 'Admiral', 'device'],
    ['outlook', 'Captain', 'mailbox'],
  ] as const)(
    'R12 by policy %s is settled, listed with the losing value, and reversed by one word',
    async (policy, kept, winner) => {
      await disagree(policy);
      expect(await rig.synced()).toMatchObject({ conflicts: 1 });
      expect(inOutlook()).toMatchObject([{ jobTitle: kept, companyName: 'Navy' }]);
      expect(onDevice('Grace')).toContain(`<JobTitle>${kept}</JobTitle>`);
      await rig.idle();

      const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
      expect(conflict).toMatchObject({
        kind: 'field',
        winner,
        label: 'Grace Hopper',
        fields: [{ field: 'Job title', base: 'Officer', device: 'Admiral', mailbox: 'Captain' }],
      });
      const other = kept === 'Admiral' ? 'Captain' : 'Admiral';
      rig.archive.resolve({ ids: [conflict?.id ?? 0], choice: winner === 'device' ? 'mailbox' : 'device' });
      await rig.synced();
      expect(inOutlook()).toMatchObject([{ jobTitle: other, companyName: 'Navy' }]);
      expect(onDevice('Grace')).toContain(`<JobTitle>${other}</JobTitle>`);
      expect(rig.archive.conflict(conflict?.id ?? 0).state).toBe('done');
      await rig.idle();
    },
  );

  it('R12 by policy ask stays as it is on both sides until a person decides, whatever else is synced', async () => {
    await disagree('ask');
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Captain', companyName: 'Navy' }]);
    expect(onDevice('Grace')).toContain('<JobTitle>Admiral</JobTitle>');
    expect(onDevice('Grace')).toContain('Navy');
    await rig.idle();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Rear Admiral' });
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Captain' }]);
    expect(open()).toMatchObject([
      { fields: [{ base: 'Officer', device: 'Rear Admiral', mailbox: 'Captain' }], winner: null },
    ]);
    await rig.idle();
    rig.archive.resolve({ ids: open().map(({ id }) => id), choice: 'device' });
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Rear Admiral' }]);
    expect(open()).toEqual([]);
    await rig.idle();
  });

  it('by policy ask is no conflict any more once both sides agree', async () => {
    await disagree('ask');
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Captain' });
    await rig.synced();
    expect(open()).toEqual([]);
    expect(rig.archive.conflicts('void', null, 10).conflicts).toHaveLength(1);
    await rig.idle();
  });

  it('R12 by policy keep-both leaves Outlook’s value, and the device’s in a second record on both sides', async () => {
    await disagree('keep-both');
    await rig.synced();
    const names = inOutlook().map(({ surname, jobTitle }) => `${String(surname)}: ${String(jobTitle)}`);
    const today = new Date(rig.clock.now());
    const two = (n: number) => String(n).padStart(2, '0');
    const date = `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
    expect(names.sort()).toEqual([`Hopper (device ${date}): Admiral`, 'Hopper: Captain']);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('by policy newest is asked where the device does not tell when it changed the record', async () => {
    await disagree('newest');
    await rig.synced();
    expect(open()).toHaveLength(1);
    await rig.idle();
  });

  it('R12 is no conflict where both changed it alike', async () => {
    await start({ policy: 'ask' });
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    expect(await rig.synced()).toMatchObject({ conflicts: 0 });
    await rig.idle();
  });
});

describe('a record removed on one side and changed on the other', () => {
  const removedOnDevice = async (policy: Policy): Promise<void> => {
    await start({ policy });
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.remove(idOnDevice('Grace'));
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
  };
  const removedInOutlook = async (policy: Policy): Promise<void> => {
    await start({ policy });
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.remove(USER, grace);
  };

  it.each(['device', 'outlook'] as const)(
    'R12 by policy %s is removed, and comes back by one word',
    async (policy) => {
      await removedOnDevice(policy);
      await rig.synced();
      expect([inOutlook(), rig.device.records()]).toEqual([[], []]);
      const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
      expect(conflict).toMatchObject({ kind: 'removal', removedOn: 'device', winner: 'device' });
      await rig.idle();
      rig.archive.resolve({ ids: [conflict?.id ?? 0], choice: 'mailbox' });
      await rig.synced();
      expect(inOutlook()).toMatchObject([{ givenName: 'Grace', jobTitle: 'Captain' }]);
      expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
      await rig.idle();
    },
  );

  it.each([
    ['on the device', removedOnDevice],
    ['in Outlook', removedInOutlook],
  ] as const)('R12 by policy keep-both comes back (removed %s)', async (_where, removed) => {
    await removed('keep-both');
    await rig.synced();
    expect(inOutlook()).toHaveLength(1);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it.each([
    ['on the device', removedOnDevice, 'device', 0],
    ['on the device', removedOnDevice, 'mailbox', 1],
    ['on the device', removedOnDevice, 'both', 1],
    ['in Outlook', removedInOutlook, 'mailbox', 0],
    ['in Outlook', removedInOutlook, 'device', 1],
  ] as const)(
    'R12 by policy ask waits (removed %s), and ends as it is decided: %s',
    async (_where, removed, choice, left) => {
      await removed('ask');
      await rig.synced();
      expect(inOutlook().length + rig.device.records().length).toBe(1);
      expect(open()).toMatchObject([{ kind: 'removal', winner: null, fields: [{ field: 'Job title' }] }]);
      await rig.idle();
      await rig.idle();
      rig.archive.resolve({ ids: open().map(({ id }) => id), choice });
      await rig.synced();
      expect([inOutlook().length, rig.device.records().length]).toEqual([left, left]);
      expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
      expect(open()).toEqual([]);
      await rig.idle();
    },
  );
});

describe('the guard (G6, R8)', () => {
  const twenty = async (): Promise<readonly string[]> => {
    await start();
    const ids = seed(...Array.from({ length: 20 }, (_, n) => ({ givenName: `Person ${n}` })));
    await rig.synced();
    return ids;
  };
  const loseFifteen = async (): Promise<void> => {
    const ids = await twenty();
    for (const id of ids.slice(0, 15)) rig.mailbox.admin.remove(USER, id);
  };

  it('lets nothing be removed while nobody is there, and says how many', async () => {
    await loseFifteen();
    const job = await rig.sync();
    expect(job).toMatchObject({ state: 'failed', error: { code: 'sync.mass-removal' } });
    expect(job.error?.message).toContain('15 of 20');
    expect(rig.device.records()).toHaveLength(20);
  });

  it('asks with the whole list, and removes on a yes', async () => {
    await loseFifteen();
    rig.answer('remove');
    await rig.synced();
    expect(rig.device.records()).toHaveLength(5);
    await rig.idle();
  });

  it.each(['asked', 'beforehand'] as const)(
    'puts the records back from the other side (%s)',
    async (when) => {
      await loseFifteen();
      if (when === 'asked') rig.answer('restore');
      await rig.synced(when === 'asked' ? {} : { removals: 'restore' });
      expect(rig.device.records()).toHaveLength(20);
      expect(inOutlook()).toHaveLength(20);
      expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
      await rig.idle();
    },
  );

  it('carries them out where that was said beforehand', async () => {
    await loseFifteen();
    await rig.synced({ removals: 'remove' });
    expect(rig.device.records()).toHaveLength(5);
    await rig.idle();
  });

  it('skips on a no; the next sync asks again', async () => {
    await loseFifteen();
    rig.answer('skip');
    expect(await rig.sync()).toMatchObject({ state: 'failed', error: { code: 'sync.mass-removal' } });
    rig.answer('remove');
    await rig.synced();
    expect(rig.device.records()).toHaveLength(5);
  });

  it('offers a refill to a device that comes back empty, and removes nothing without a word', async () => {
    await twenty();
    for (const { id } of rig.device.records()) rig.device.remove(id);
    await rig.synced({ slow: true });
    expect(inOutlook()).toHaveLength(20);
    await rig.idle();
    rig.answer('restore');
    await rig.synced({ slow: true });
    expect(rig.device.records()).toHaveLength(20);
    await rig.idle();
  });
});

describe('a preview', () => {
  it('tells the plan and changes nothing on either side', async () => {
    await start();
    seed({ givenName: 'Grace' });
    rig.device.add({ FirstName: 'Ada' });
    const job = await rig.sync({ dryRun: true });
    expect(job).toMatchObject({ kind: 'preview', state: 'ok' });
    expect(
      job.sessions[0]?.lines.map(({ action, label, side }) => `${side} ${action} ${label}`).sort(),
    ).toEqual(['device create Grace', 'mailbox create Ada']);
    expect([inOutlook().length, rig.device.records().length]).toEqual([1, 1]);
    const number = job.sessions[0]?.session ?? 0;
    expect(rig.archive.records(number, -1, 10)).toMatchObject({
      total: 2,
      records: [{ undoable: false }, {}],
    });
    expect(rig.archive.history(null, 10).sessions).toEqual([]);
    expect(await rig.synced()).toMatchObject({
      kind: 'first',
      device: { created: 1 },
      mailbox: { created: 1 },
    });
    await rig.idle();
  });

  it('says what the guard would ask', async () => {
    await start();
    const ids = seed(...Array.from({ length: 20 }, (_, n) => ({ givenName: `Person ${n}` })));
    await rig.synced();
    for (const id of ids) rig.mailbox.admin.remove(USER, id);
    const job = await rig.sync({ dryRun: true });
    expect(job.state).toBe('ok');
    expect(job.sessions[0]?.lines[0]).toMatchObject({ code: 'sync.mass-removal' });
    expect(rig.device.records()).toHaveLength(20);
  });
});

describe('undo (R9)', () => {
  /** What both sides hold, as they would have to be again. */
  const both = async () => ({ device: rig.deviceRecords(), outlook: await rig.outlookRecords() });

  it('puts back edits, additions and removals of a session on both sides, and a later sync leaves them so', async () => {
    await start();
    const [grace = '', ilse = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ilse' }, { givenName: 'Bo' });
    rig.device.add({ FirstName: 'Ada' });
    await rig.synced();
    rig.device.edit(idOnDevice('Ada'), { JobTitle: 'Analyst' });
    rig.device.remove(idOnDevice('Bo'));
    rig.device.add({ FirstName: 'Charles' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    rig.mailbox.admin.remove(USER, ilse);
    seed({ givenName: 'Lise' });
    const before = await both();
    const { session } = await rig.synced();
    const entry = rig.archive.session(session ?? 0);
    expect(entry).toMatchObject({ outcome: 'committed', undoable: true, undoneBy: null });

    const undo = await rig.undo({ session: session ?? 0 });
    expect(undo).toMatchObject({ kind: 'undo', state: 'ok' });
    expect(await both()).toEqual(before);
    expect(rig.archive.session(session ?? 0).undoneBy).toBe(undo.sessions[0]?.session);
    await rig.idle();
    expect(await both()).toEqual(before);
    expect(open()).toHaveLength(6);

    // An undo is put back like any other session.
    await rig.undo({ session: undo.sessions[0]?.session ?? 0 });
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    expect(open()).toEqual([]);
    await rig.idle();
  });

  it('leaves alone what has been changed since, and says so; overwrites it where that is said', async () => {
    await start();
    const [grace = '', ada = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, ada, { jobTitle: 'Analyst' });
    const { session } = await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Captain' });
    const undo = await rig.undo({ session: session ?? 0 });
    expect(undo.sessions[0]?.lines).toContainEqual(
      expect.objectContaining({ code: 'undo.changed', label: 'Grace' }),
    );
    expect(onDevice('Grace')).toContain('Captain');
    expect(onDevice('Ada')).not.toContain('Analyst');
    await rig.undo({ session: session ?? 0, overwrite: true });
    expect(onDevice('Grace')).not.toContain('Captain');
    expect(onDevice('Grace')).not.toContain('Admiral');
  });

  it('puts back single records', async () => {
    await start();
    seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    const { session } = await rig.synced();
    const { records } = rig.archive.records(session ?? 0, -1, 10);
    const grace = records.find(({ lines }) => lines[0]?.label === 'Grace');
    await rig.undo({ session: session ?? 0, records: [grace?.number ?? -1] });
    expect(rig.device.records().map(({ xml }) => xml.includes('Ada'))).toEqual([true]);
    await rig.idle();
    // A person decides that it is to be on the device after all.
    rig.archive.resolve({ ids: open().map(({ id }) => id), choice: 'mailbox' });
    await rig.synced();
    expect(rig.device.records()).toHaveLength(2);
    await rig.idle();
  });

  it('leaves other changes, made since, to the next sync', async () => {
    await start();
    const [grace = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    const { session } = await rig.synced();
    rig.device.edit(idOnDevice('Ada'), { JobTitle: 'Analyst' });
    seed({ givenName: 'Lise' });
    await rig.undo({ session: session ?? 0 });
    expect(rig.device.records()).toHaveLength(2);
    await rig.synced();
    expect(rig.device.records()).toHaveLength(3);
    expect(inOutlook()).toContainEqual(expect.objectContaining({ givenName: 'Ada', jobTitle: 'Analyst' }));
    await rig.idle();
  });
});

describe('modes', () => {
  const mixed = async (mode: SettingsChange['mode'] & string): Promise<void> => {
    await start({ mode: 'two-way' });
    const [grace = '', bo = ''] = seed({ givenName: 'Grace' }, { givenName: 'Bo' }, { givenName: 'Cy' });
    await rig.synced();
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode } });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Captain' });
    rig.mailbox.admin.edit(USER, grace, { companyName: 'Navy' });
    rig.device.remove(idOnDevice('Cy'));
    rig.mailbox.admin.remove(USER, bo);
    rig.device.add({ FirstName: 'Ada' });
    seed({ givenName: 'Lise' });
  };
  const names = () => ({
    device: rig.device
      .records()
      .map(({ xml }) => /<FirstName[^>]*>(.*?)</.exec(xml)?.[1])
      .sort(),
    outlook: inOutlook()
      .map(({ givenName }) => givenName)
      .sort(),
  });

  it('to-device writes the device alone: what it changed or removed is put back, what only it has is left and listed', async () => {
    await mixed('to-device');
    const report = await rig.synced();
    expect(report.mailbox).toEqual({ created: 0, updated: 0, removed: 0 });
    expect(names()).toEqual({ device: ['Ada', 'Cy', 'Grace', 'Lise'], outlook: ['Cy', 'Grace', 'Lise'] });
    expect(onDevice('Grace')).toContain('Navy');
    expect(onDevice('Grace')).not.toContain('Captain');
    expect(report.lines).toContainEqual(expect.objectContaining({ code: 'sync.left', label: 'Ada' }));
    await rig.idle();
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode: 'two-way' } });
    await rig.synced();
    expect(names().outlook).toContain('Ada');
    await rig.idle();
  });

  it('to-mailbox writes Outlook alone', async () => {
    await mixed('to-mailbox');
    const report = await rig.synced();
    expect(report.device).toEqual({ created: 0, updated: 0, removed: 0 });
    expect(names()).toEqual({
      device: ['Ada', 'Bo', 'Grace'],
      outlook: ['Ada', 'Bo', 'Grace', 'Lise'],
    });
    expect(inOutlook().find(({ givenName }) => givenName === 'Grace')).toMatchObject({ jobTitle: 'Captain' });
    expect(inOutlook().find(({ givenName }) => givenName === 'Grace')?.companyName ?? '').toBe('');
    await rig.idle();
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode: 'two-way' } });
    await rig.synced();
    expect(names().device).toContain('Lise');
    await rig.idle();
  });

  it('add-only brings what is new to the other side, and overwrites and removes nothing', async () => {
    await mixed('add-only');
    const report = await rig.synced();
    expect(report).toMatchObject({
      device: { created: 1, updated: 0, removed: 0 },
      mailbox: { created: 1, updated: 0, removed: 0 },
    });
    expect(names()).toEqual({
      device: ['Ada', 'Bo', 'Grace', 'Lise'],
      outlook: ['Ada', 'Cy', 'Grace', 'Lise'],
    });
    await rig.idle();
    // What was left is a debt, delivered once the mode allows it.
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode: 'two-way' } });
    rig.answer('remove');
    await rig.synced();
    expect(names()).toEqual({ device: ['Ada', 'Grace', 'Lise'], outlook: ['Ada', 'Grace', 'Lise'] });
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('off leaves the dataset alone, for one run or for good', async () => {
    await start();
    seed({ givenName: 'Grace' });
    const job = await rig.sync({ settings: { contacts: { mode: 'off' } } });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'sync.all-off' } });
    await rig.synced();
    expect(rig.device.records()).toHaveLength(1);
  });
});

describe('categories', () => {
  it('limit what is sent to the device, and remove nothing in Outlook for it', async () => {
    await start({ exclude: ['Private'] });
    const [, bo = ''] = seed(
      { givenName: 'Grace', categories: ['Private'] },
      { givenName: 'Bo', categories: ['Work'] },
      { givenName: 'Cy' },
    );
    rig.device.add({ FirstName: 'Ada' });
    await rig.synced();
    expect(rig.device.records()).toHaveLength(3);
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
    rig.mailbox.admin.edit(USER, bo, { categories: ['private'] });
    await rig.synced();
    expect(onDevice('Bo')).toBeUndefined();
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
    rig.archive.changeSettings({
      device: 'device',
      dataset: 'contacts',
      change: { exclude: [], include: ['Work', 'Private'] },
    });
    await rig.synced();
    expect([onDevice('Grace'), onDevice('Bo')].every((xml) => xml !== undefined)).toBe(true);
    expect(onDevice('Cy')).toBeUndefined();
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
  });
});
