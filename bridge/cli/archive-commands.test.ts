/** What people see and decide between syncs, through the command and the API; what is behind the API is scripted. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Conflict, ResolveRequest } from '../../contract/conflicts.ts';
import type { HistoryEntry } from '../../contract/history.ts';
import type { Job, Question } from '../../contract/job.ts';
import { DEFAULT_SETTINGS, type PutSettingsRequest } from '../../contract/settings.ts';
import { startCliBench, type CliBench } from '../../test/support/cli-bench.ts';
import { emptyArchive } from '../../test/support/http-bench.ts';
import type { RecordedIo } from '../../test/support/recorded-io.ts';
import { sampleJob } from '../../test/support/sample-job.ts';
import type { SyncArchive } from '../http/service.ts';

const conflict: Conflict = {
  id: 7,
  device: 'handheld',
  dataset: 'contacts',
  label: 'Grace Hopper',
  kind: 'field',
  state: 'open',
  removedOn: null,
  winner: null,
  choice: null,
  fields: [{ field: 'Job title', base: 'Officer', device: 'Admiral', mailbox: null }],
  session: 3,
  foundAt: '2026-11-26T10:00:00.000Z',
};
const entry: HistoryEntry = {
  session: 3,
  job: 'job-1',
  device: 'handheld',
  dataset: 'contacts',
  kind: 'fast',
  outcome: 'committed',
  startedAt: '2026-11-26T10:00:00.000Z',
  endedAt: '2026-11-26T10:00:02.000Z',
  deviceCounts: { created: 1, updated: 2, removed: 0 },
  mailboxCounts: { created: 0, updated: 0, removed: 0 },
  conflicts: 1,
  undoes: null,
  undoneBy: null,
  undoable: true,
  problems: [
    {
      side: 'device',
      action: 'problem',
      label: 'Ada',
      reason: 'It could not be read.',
      fields: [],
      code: 'record.unreadable',
      remedy: 'Edit it by hand.',
    },
  ],
};

function isRequest(value: unknown): value is ResolveRequest {
  return typeof value === 'object' && value !== null && 'ids' in value;
}

let bench: CliBench;
let io: RecordedIo;
let listed: Conflict[];
const FULL_PAGE = 200;
const asked: unknown[] = [];
const archive: SyncArchive = {
  ...emptyArchive,
  conflicts: (state, before) => {
    asked.push(before ?? state);
    return { conflicts: listed, open: 1, before: listed.length < FULL_PAGE || before !== null ? null : 7 };
  },
  conflict: (id) => (id === 7 ? conflict : emptyArchive.conflict(id)),
  resolve: (request) => {
    asked.push(request);
    return { conflicts: [], open: 0, before: null };
  },
  history: () => ({ sessions: [entry], before: null }),
  session: (number) => (number === 3 ? entry : emptyArchive.session(number)),
  records: (_session, after) => {
    const lines = [
      {
        side: 'device' as const,
        action: 'update' as const,
        label: 'Grace Hopper',
        reason: 'Changed in Outlook.',
        fields: [{ field: 'Job title', before: 'Officer', after: 'Admiral' }],
      },
    ];
    // Two pages of one record each.
    return { records: [{ number: after + 1, lines, undoable: true }], after: after < 0 ? 0 : null, total: 2 };
  },
  settings: () => ({ devices: [{ device: 'handheld', datasets: { contacts: DEFAULT_SETTINGS } }] }),
  changeSettings: (request: PutSettingsRequest) => {
    asked.push(request);
    return archive.settings();
  },
};
beforeEach(async () => {
  bench = await startCliBench();
  io = bench.io;
  bench.service.archive = archive;
  asked.length = 0;
  listed = [conflict];
});
afterEach(() => bench.stop());
const run = (...args: string[]): Promise<number> => bench.run(...args);

describe('conflicts', () => {
  it('are listed, the open ones alone unless all are asked for', async () => {
    expect(await run('conflicts')).toBe(0);
    expect(io.printed).toContain('Grace Hopper');
    expect(io.printed).toContain('changed on both sides: Job title');
    expect(io.printed).toContain(
      '1 open conflict. What a policy has settled, and can be reversed: conflicts list --all\n',
    );
    await run('conflicts', 'list', '--all');
    expect(asked).toEqual(['open', null]);
  });

  it('are listed with what both sides say', async () => {
    listed = [
      { ...conflict, state: 'settled', winner: 'device' },
      { ...conflict, kind: 'removal', removedOn: 'mailbox' },
      // What an undo leaves.
      { ...conflict, kind: 'removal', removedOn: 'device', fields: [] },
    ];
    await run('conflicts', 'list', '--all');
    const rows = io.printed.split('\n').map((row) => row.split(/ {2,}/).slice(3));
    expect(rows.slice(1, 4)).toEqual([
      ['changed on both sides: Job title', 'Admiral', '–', 'settled for device'],
      ['removed in Outlook, changed on the device', 'Job title: Admiral', 'removed', 'open'],
      ['only in Outlook', 'removed', 'open'],
    ]);
  });

  it('are shown field by field, with the value before', async () => {
    expect(await run('conflicts', 'show', '7')).toBe(0);
    expect(io.printed).toMatch(
      /^contacts of handheld: Grace Hopper\nchanged on both sides: Job title; open; /,
    );
    expect(io.printed).toMatch(/Job title\s+Officer\s+Admiral\s+–/);
    expect(await run('conflicts', 'show', '8')).toBe(1);
    expect(io.complained).toContain('There is no such conflict.');
  });

  it.each([
    [['7', '--keep', 'outlook'], { ids: [7], choice: 'mailbox' }],
    [['--all', '--keep', 'both'], { ids: [7], choice: 'both' }],
  ])('are resolved by one command: %j', async (words, request) => {
    expect(await run('conflicts', 'resolve', ...words)).toBe(0);
    expect(asked.at(-1)).toEqual(request);
    expect(io.printed).toContain('The next sync carries it out.');
  });

  it('are listed and resolved page by page where there are many', async () => {
    listed = Array.from({ length: FULL_PAGE }, () => conflict);
    await run('conflicts', '--json');
    expect((JSON.parse(io.printed) as { conflicts: unknown[] }).conflicts).toHaveLength(2 * FULL_PAGE);
    expect(asked).toEqual(['open', 7]);
    listed = Array.from({ length: 600 }, () => conflict);
    await run('conflicts', 'resolve', '--all', '--keep', 'device');
    const sizes = asked.flatMap((each) => (isRequest(each) ? each.ids.length : []));
    expect(sizes).toEqual([1000, 200]);
  });

  it('are not resolved without a choice', async () => {
    expect(await run('conflicts', 'resolve', '7')).toBe(2);
    expect(await run('conflicts', 'resolve', '7', '--keep', 'mine')).toBe(2);
  });
});

describe('history and undo', () => {
  it('lists syncs, and shows all records of one, page by page', async () => {
    await run('history');
    expect(io.printed).toMatch(/3\s+2026-11-26T10:00:00.000Z\s+handheld\s+contacts\s+fast\s+\+1 ~2 -0/);
    io.clear();
    await run('history', 'show', '3', '--json');
    const shown = JSON.parse(io.printed) as { records: readonly { number: number }[] };
    expect(shown.records.map(({ number }) => number)).toEqual([0, 1]);
    io.clear();
    await run('history', 'show', '3');
    expect(io.printed).toContain('Officer → Admiral');
    expect(io.printed).toContain('It could not be read. · record.unreadable\n');
    expect(io.printed).toMatch(/ {2}record\.unreadable: Edit it by hand\.\n$/);
  });

  it('undoes a session, or single records of it', async () => {
    bench.service.onUndo = () => {
      setImmediate(() => bench.service.tell({ event: 'job', job: { ...sampleJob, kind: 'undo' } }));
      return sampleJob.id;
    };
    expect(await run('undo', '3', '--record', '4', '5', '--overwrite')).toBe(0);
    expect(bench.service.undone).toEqual([{ session: 3, records: [4, 5], overwrite: true }]);
    expect(await run('undo', 'last')).toBe(2);
  });
});

describe('settings', () => {
  it('are shown, and changed for the only device', async () => {
    await run('settings');
    expect(io.printed).toMatch(/handheld\s+contacts\s+two-way\s+device/);
    const change = ['--mode', 'to-device', '--window', '30,365', '--exclude', 'Private, Secret'];
    expect(await run('settings', '--dataset', 'contacts', ...change)).toBe(0);
    expect(asked.at(-1)).toEqual({
      device: 'handheld',
      dataset: 'contacts',
      change: { mode: 'to-device', window: { daysBack: 30, daysAhead: 365 }, exclude: ['Private', 'Secret'] },
    });
    expect(await run('settings', '--mode', 'off')).toBe(2);
    expect(await run('settings', '--dataset', 'contacts', '--window', 'soon')).toBe(2);
  });
});

describe('a question of a sync', () => {
  const question: Question = {
    id: 'question-1',
    kind: 'removals',
    dataset: 'contacts',
    side: 'device',
    reason: 'removed',
    count: 15,
    pairs: 20,
    labels: ['Ada', 'Bo'],
    until: '2026-11-26T10:02:00.000Z',
  };
  const running: Job = { ...sampleJob, state: 'running', endedAt: null, question };

  it('is put to the person at the terminal, with the first records and how many more, and answered', async () => {
    io.choices = ['restore'];
    bench.service.onStart = () => {
      setImmediate(() => bench.service.tell({ event: 'job', job: running }));
      return sampleJob.id;
    };
    bench.service.onAnswer = () => bench.service.tell({ event: 'job', job: sampleJob });
    expect(await run('sync')).toBe(0);
    expect(bench.service.started).toMatchObject([{ attended: true }]);
    expect(bench.service.answers).toEqual([{ job: 'job-1', question: 'question-1', answer: 'restore' }]);
    expect(io.complained).toContain('15 records of 20 in contacts would be removed from the device');
    expect(io.complained).toContain('  Ada\n  Bo\n  … and 13 more\n');
  });

  it('is answered beforehand where nobody can be asked', async () => {
    bench.service.onStart = () => {
      setImmediate(() => bench.service.tell({ event: 'job', job: sampleJob }));
      return sampleJob.id;
    };
    await run('sync', '--confirm-removals', '--dry-run', '--mode', 'to-device', '--dataset', 'contacts');
    await run('sync', '--restore-removed', '--policy', 'ask');
    const policy = { policy: 'ask' };
    expect(bench.service.started).toEqual([
      {
        dryRun: true,
        datasets: ['contacts'],
        removals: 'remove',
        settings: { contacts: { mode: 'to-device' } },
      },
      {
        removals: 'restore',
        settings: { contacts: policy, calendar: policy, tasks: policy },
      },
    ]);
    expect(await run('sync', '--confirm-removals', '--restore-removed')).toBe(2);
  });
});
