/** Recordings of syncs, and that replaying them comes to the same (docs/recordings.md). */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { TestAgent } from '../desktop-2009/test-agent.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { readRecording } from '../support/replay/recording.ts';
import { replay } from '../support/replay/replay.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

let rig: SyncRig<unknown> | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** Every word is so long that no stand-in, drawn by lot, is the same. */
const PEOPLE = [
  { givenName: 'Augusta', surname: 'Lovelace', jobTitle: 'Countess', personalNotes: 'Analyst\r\nof engines' },
  { givenName: 'Grace', surname: 'Hopper', businessPhones: ['+1 555 0100'], categories: ['Admiralty'] },
  { givenName: 'Edsger', surname: 'Dijkstra', emailAddresses: [{ address: 'edsger.dijkstra@example.org' }] },
  { givenName: 'Renate', surname: 'Kürchner', birthday: '1951-03-09T11:59:00Z' },
];

/** Two syncs: a first one with people on both sides, one in common; then a conflict, removals, edits and a create. */
async function recordTwo(): Promise<readonly (readonly string[])[]> {
  const bench = await startRig();
  rig = bench;
  const seeded = bench.mailbox.admin.seed(
    USER,
    PEOPLE.map((contact) => ({ contact })),
  );
  bench.device.add({ FirstName: 'Grace', LastName: 'Hopper', JobTitle: 'Rear admiral' });
  bench.device.add({ FirstName: 'Alan', LastName: 'Turing', Company: 'Bletchley' });
  const first = await bench.record();
  const idOf = (name: string): string =>
    bench.device.records().find(({ record }) => record.texts.get('FirstName') === name)?.id ?? '';
  bench.device.edit(idOf('Augusta'), { JobTitle: 'Programmer' });
  bench.mailbox.admin.edit(USER, seeded[0]?.immutableId ?? '', { jobTitle: 'Mathematician' });
  bench.mailbox.admin.edit(USER, seeded[2]?.immutableId ?? '', { companyName: 'THE' });
  bench.device.remove(idOf('Alan'));
  bench.device.add({ FirstName: 'Barbara', LastName: 'Liskov' });
  return [first, await bench.record()];
}

/** A recording of test/fixtures/recordings. */
function kept(name: string): ReturnType<typeof readRecording> {
  const file = new URL(`../fixtures/recordings/${name}.jsonl`, import.meta.url);
  return readRecording(readFileSync(file, 'utf8').split('\n'));
}

describe('a recording', () => {
  it('of earlier comes to the same today', async () => {
    expect(await replay([kept('first-sync'), kept('second-sync')])).toEqual([]);
  });

  it('comes to the same when it is replayed', async () => {
    const recordings = (await recordTwo()).map(readRecording);
    expect(recordings[1]?.filter(({ event }) => event === 'session')).toMatchObject([
      {
        kind: 'fast',
        outcome: 'ok',
        conflicts: 1,
        mailbox: { created: 1, removed: 1 },
        device: { updated: 1 },
      },
    ]);
    expect(await replay(recordings)).toEqual([]);
  });

  it('of a run with settings of its own is replayed with them, whose categories have stand-ins too', async () => {
    const bench = await startRig();
    rig = bench;
    bench.mailbox.admin.seed(
      USER,
      PEOPLE.map((contact) => ({ contact })),
    );
    const lines = await bench.record({ settings: { contacts: { exclude: ['Admiralty'] } } });
    expect(lines.join('\n')).not.toContain('Admiralty');
    const recording = readRecording(lines);
    expect(recording.filter(({ event }) => event === 'session')).toMatchObject([{ device: { created: 3 } }]);
    expect(await replay([recording])).toEqual([]);
  });

  it('of a device with settings of its own is replayed with them, too', async () => {
    const bench = await startRig();
    rig = bench;
    const people = PEOPLE.map((contact) => ({ contact }));
    const [augusta] = bench.mailbox.admin.seed(USER, people);
    bench.archive.changeSettings({
      device: 'device',
      dataset: 'contacts',
      change: { policy: 'outlook', exclude: ['Admiralty'] },
    });
    const first = readRecording(await bench.record());
    expect(first[0]).toMatchObject({ request: { settings: { contacts: { policy: 'outlook' } } } });
    const record = bench.device.records().find(({ xml }) => xml.includes('Augusta'));
    bench.device.edit(record?.id ?? '', { JobTitle: 'Programmer' });
    bench.mailbox.admin.edit(USER, augusta?.immutableId ?? '', { jobTitle: 'Mathematician' });
    const second = readRecording(await bench.record());
    expect(second.filter(({ event }) => event === 'session')).toMatchObject([
      { conflicts: 1, device: { updated: 1 } },
    ]);
    expect(JSON.stringify([first, second])).not.toContain('Admiralty');
    expect(await replay([first, second])).toEqual([]);
  });

  it('that says something else is noticed, word for word', async () => {
    const [first = [], second = []] = await recordTwo();
    const other = second.map((line) => line.replace('"conflicts":1', '"conflicts":2'));
    expect(await replay([readRecording(first), readRecording(other)])).toEqual([
      expect.stringMatching(/^reported: now .*"conflicts":1.*; then .*"conflicts":2/),
    ]);
  });

  it('of a sync with our own handheld is replayed as well', async () => {
    const bench: SyncRig<TestAgent> = await startAgentRig();
    rig = bench;
    bench.mailbox.admin.seed(
      USER,
      PEOPLE.map((contact) => ({ contact })),
    );
    bench.device.add({ FirstName: 'Alan', LastName: 'Turing', 'Categories/work': 'Work' });
    const first = readRecording(await bench.record());
    const [alan] = [...bench.device.store.list('contacts')].filter(
      ({ fields }) => fields.LastName === 'Turing',
    );
    bench.device.store.edit('contacts', alan?.id ?? '', (held) => ({ ...held, Notes: 'Enigma' }));
    const second = readRecording(await bench.record());
    expect(second.filter(({ event }) => event === 'session')).toMatchObject([{ mailbox: { updated: 1 } }]);
    expect(await replay([first, second])).toEqual([]);
  });

  it('[SEC-10] holds nothing that anybody wrote, and no id, password or token', async () => {
    const text = (await recordTwo()).flat().join('\n');
    for (const { givenName, surname, jobTitle } of PEOPLE)
      for (const word of [givenName, surname, jobTitle])
        if (word !== undefined) expect(text).not.toContain(word);
    for (const word of ['555 0100', 'edsger', 'Admiralty', '1951-03-09', 'engines', 'Bletchley', 'PASS ']) {
      expect(text).not.toContain(word);
    }
  });
});
