import { describe, expect, it } from 'vitest';
import type { Status } from '../../../contract/api.ts';
import { SyncError } from '../../../contract/errors.ts';
import type { Job, Question } from '../../../contract/job.ts';
import {
  DEFAULT_SETTINGS,
  withChanges,
  type PutSettingsRequest,
  type SettingsChange,
} from '../../../contract/settings.ts';
import { settled } from '../../../test/support/manual-clock.ts';
import type { PageApi } from '../../hosts/bridge-client.ts';
import { createCommands, type CommandParts } from './commands.ts';
import { createStore } from './store.ts';

const connected = { devices: [{ name: 'Neo' }], hosts: [], job: null, openConflicts: 0 } as unknown as Status;
const home = { kind: 'home' } as const;
const conflict = (id: number) => ({ id, state: 'open' });
const lost = new SyncError('link.lost');

type Answers = { readonly [Name in keyof PageApi]?: (...args: never[]) => Promise<unknown> };

/** Commands over a bridge that answers as told, and remembers what it was asked; it is asked nothing else. */
function pane(answers: Answers = {}, page: Partial<CommandParts> = {}) {
  const asked: unknown[][] = [];
  const bridge = new Proxy({} as PageApi, {
    get:
      (_target, name: keyof PageApi) =>
      (...args: never[]) => {
        asked.push([name, ...args.slice(0, -1)]);
        const answer = answers[name];
        return answer === undefined ? Promise.reject(new TypeError(`${name} was asked`)) : answer(...args);
      },
  });
  const store = createStore();
  const ending = new AbortController();
  const nothing = (): Promise<void> => Promise.resolve();
  const commands = createCommands({
    bridge,
    store,
    signal: ending.signal,
    signIn: nothing,
    signOut: nothing,
    pairAnew: () => undefined,
    retry: () => undefined,
    copy: nothing,
    ...page,
  });
  return { asked, commands, ending, store, state: () => store.state() };
}

const done = (): Promise<unknown> => Promise.resolve('job-1');

/** A promise that the test settles. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (problem: unknown) => void = () => undefined;
  const promise = new Promise<T>((take, refuse) => {
    resolve = take;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

describe('what a person asks the pane for', () => {
  it('is at work until it is answered, and is not asked twice meanwhile', async () => {
    const answer = deferred<unknown>();
    const { asked, commands, state } = pane({ cancelSync: () => answer.promise });
    commands.cancel();
    commands.cancel();
    expect(state().busy).toEqual(new Set(['cancel']));
    expect(asked).toEqual([['cancelSync']]);
    answer.resolve(undefined);
    await settled();
    expect(state().busy).toEqual(new Set());
    commands.cancel();
    expect(asked).toHaveLength(2);
  });

  it('says what went wrong, until that is dismissed or something else is asked for', async () => {
    const { commands, state } = pane({ cancelSync: () => Promise.reject(lost) });
    commands.cancel();
    await settled();
    expect(state().problem).toBe(lost);
    expect(state().busy).toEqual(new Set());
    commands.dismiss();
    expect(state().problem).toBeNull();
  });

  it('says nothing of what failed because the page has gone', async () => {
    const answer = deferred<unknown>();
    const { commands, ending, state } = pane({ cancelSync: () => answer.promise });
    commands.cancel();
    ending.abort();
    answer.reject(lost);
    await settled();
    expect(state().problem).toBeNull();
  });

  it.each([
    ['sync', {}],
    ['preview', { dryRun: true }],
    ['compareAll', { slow: true }],
  ] as const)('starts a job by %s, with somebody there, and shows how it goes', async (what, more) => {
    const { asked, commands, state } = pane({ startSync: done });
    commands.open({ kind: 'coverage' });
    commands[what]('Neo');
    await settled();
    expect(asked).toEqual([['startSync', { device: 'Neo', attended: true, ...more }]]);
    expect(state().view).toEqual(home);
  });

  it('shows a job when it has heard of it, not the one before', async () => {
    const { commands, state, store } = pane({ undo: done });
    store.dispatch({ type: 'link', link: { kind: 'connected', status: connected } });
    commands.open({ kind: 'coverage' });
    commands.undo(12);
    await settled();
    expect(state().view).toEqual({ kind: 'coverage' });
    const job = { id: 'job-1', state: 'running', device: 'Neo', sessions: [] } as unknown as Job;
    store.dispatch({ type: 'event', event: { event: 'job', job }, at: 0 });
    await settled();
    expect(state().view).toEqual(home);
  });

  it('gives choices for the next sync to a preview as well, and uses them up by a sync alone', async () => {
    const { asked, commands, state } = pane({ startSync: done });
    commands.change('Neo', 'contacts', { mode: 'to-device' }, 'once');
    commands.change('Neo', 'contacts', { policy: 'ask' }, 'once');
    const settings = { contacts: { mode: 'to-device', policy: 'ask' } };
    for (const what of ['preview', 'sync', 'sync'] as const) {
      commands[what]('Neo');
      await settled();
    }
    expect(asked.map(([, request]) => request)).toEqual([
      { device: 'Neo', attended: true, settings, dryRun: true },
      { device: 'Neo', attended: true, settings },
      { device: 'Neo', attended: true },
    ]);
    expect(state().once.Neo).toEqual({});
  });

  it('keeps choices for the next sync where it could not be started, and stays where it was', async () => {
    const { commands, state } = pane({ startSync: () => Promise.reject(lost) });
    commands.change('Neo', 'contacts', { mode: 'off' }, 'once');
    commands.open({ kind: 'coverage' });
    commands.sync('Neo');
    await settled();
    expect(state().once.Neo).toEqual({ contacts: { mode: 'off' } });
    expect(state().view).toEqual({ kind: 'coverage' });
    expect(state().problem).toBe(lost);
  });

  it('keeps what is chosen for always at the bridge, and shows what the bridge made of it', async () => {
    const all = { devices: [] };
    const { asked, commands, state } = pane({ changeSettings: () => Promise.resolve(all) });
    commands.change('Neo', 'tasks', { mode: 'off' }, 'always');
    await settled();
    expect(asked).toEqual([['changeSettings', { device: 'Neo', dataset: 'tasks', change: { mode: 'off' } }]]);
    expect(state().settings).toEqual({ kind: 'ready', value: all });
    expect(state().said).toBe('Saved.');
    expect(state().once).toEqual({});
  });

  it('loses no choice while one before is on its way, and starts a sync with all of them', async () => {
    const answers = [deferred<unknown>(), deferred<unknown>()];
    const kept = (change: SettingsChange) => ({
      devices: [{ device: 'Neo', datasets: { calendar: withChanges(DEFAULT_SETTINGS, change) } }],
    });
    let asking = 0;
    const { asked, commands, state } = pane({
      settings: () => Promise.resolve(kept({})),
      changeSettings: () => answers[asking++]?.promise ?? Promise.reject(lost),
      startSync: done,
    });
    commands.open({ kind: 'devices' });
    await settled();
    const window = { daysBack: 10, daysAhead: 730 };
    const both = { daysBack: 10, daysAhead: 14 };
    commands.change('Neo', 'calendar', { window }, 'always');
    // What is chosen next is made of what was chosen before.
    expect(state().settings).toEqual({ kind: 'ready', value: kept({ window }) });
    commands.change('Neo', 'calendar', { window: both }, 'always');
    commands.sync('Neo');
    await settled();
    expect(asked.map(([name]) => name)).toEqual(['settings', 'changeSettings']);
    answers[0]?.resolve(kept({ window }));
    await settled();
    // An answer that is older than what is chosen is not shown.
    expect(state().settings).toEqual({ kind: 'ready', value: kept({ window: both }) });
    answers[1]?.resolve(kept({ window: both }));
    await settled();
    expect(asked.slice(1).map(([name, request]) => [name, (request as PutSettingsRequest).change])).toEqual([
      ['changeSettings', { window }],
      ['changeSettings', { window: both }],
      ['startSync', undefined],
    ]);
    expect(state().settings).toEqual({ kind: 'ready', value: kept({ window: both }) });
  });

  it('shows what the bridge still holds where it refused a choice, and starts no sync that would lack it', async () => {
    const kept = { devices: [{ device: 'Neo', datasets: { calendar: DEFAULT_SETTINGS } }] };
    const { asked, commands, state } = pane({
      settings: () => Promise.resolve(kept),
      changeSettings: () => Promise.reject(lost),
      startSync: done,
    });
    commands.open({ kind: 'devices' });
    await settled();
    commands.change('Neo', 'calendar', { window: null }, 'always');
    commands.sync('Neo');
    await settled();
    expect(state().settings).toEqual({ kind: 'ready', value: kept });
    expect(state().problem).toBe(lost);
    expect(asked.map(([name]) => name)).toEqual(['settings', 'changeSettings', 'settings']);
  });

  it('answers the question that is open, of the job that asks it', async () => {
    const { asked, commands } = pane({ answerQuestion: done });
    commands.answer('job-1', { id: 'q-7' } as Question, 'restore');
    await settled();
    expect(asked).toEqual([['answerQuestion', { job: 'job-1', question: 'q-7', answer: 'restore' }]]);
  });

  it('decides conflicts, and lists anew what still waits', async () => {
    let waiting = [conflict(2), conflict(1)];
    const { asked, commands, state } = pane({
      conflicts: () => Promise.resolve({ conflicts: waiting, before: null }),
      resolve: () => {
        waiting = [];
        return Promise.resolve();
      },
    });
    commands.open({ kind: 'conflicts', filter: 'open' });
    await settled();
    commands.resolve([2, 1], 'mailbox');
    await settled();
    expect(asked[1]).toEqual(['resolve', { ids: [2, 1], choice: 'mailbox' }]);
    expect(state().conflicts).toMatchObject({ kind: 'ready', value: { conflicts: [] } });
    expect(state().said).toBe('Decided. The next sync carries it out.');
  });

  it.each([
    ['a whole session', undefined, {}],
    ['some records of it', [3], { records: [3] }],
  ])('undoes %s', async (_what, records, more) => {
    const { asked, commands, state } = pane({ undo: done });
    commands.open({ kind: 'coverage' });
    commands.undo(12, records);
    await settled();
    expect(asked).toEqual([['undo', { session: 12, attended: true, ...more }]]);
    expect(state().view).toEqual(home);
  });

  it('adds a device, which Sync is for from then on, and forgets one', async () => {
    const request = { name: 'Pocket', link: { kind: 'tcp', host: '10.0.0.1' } } as const;
    const { asked, commands, state } = pane({
      addDevice: done,
      removeDevice: done,
      settings: () => Promise.resolve({ devices: [] }),
    });
    commands.addDevice(request);
    await settled();
    expect(state()).toMatchObject({ device: 'Pocket', view: home });
    commands.change('Pocket', 'contacts', { mode: 'to-device' }, 'once');
    commands.removeDevice('Pocket');
    await settled();
    expect(asked).toEqual([['addDevice', request], ['removeDevice', 'Pocket'], ['settings']]);
    expect(state().said).toBe('The device is no longer in the list. Its history is kept.');
    // What was chosen for its next sync is not for the next device of its name.
    expect(state().once.Pocket).toEqual({});
  });

  it('lets a paused bridge go on', async () => {
    const { asked, commands, state } = pane({ resume: done });
    commands.resume();
    await settled();
    expect(asked).toEqual([['resume']]);
    expect(state().problem).toBeNull();
  });

  it('tells the bridge what was compared: the same code, or another one', async () => {
    const { asked, commands, state } = pane({ compareCode: done });
    commands.compareCode('Neo', '012345');
    await settled();
    expect(state().said).toBe('');
    commands.compareCode('Neo', null);
    await settled();
    expect(state().said).toBe('The device was not let in.');
    expect(asked).toEqual([
      ['compareCode', 'Neo', '012345'],
      ['compareCode', 'Neo', null],
    ]);
  });

  it('signs in and out by the page, and says what to do where nothing can be copied', async () => {
    const called: string[] = [];
    const { commands, state } = pane(
      {},
      {
        signIn: () => Promise.resolve(void called.push('in')),
        signOut: () => Promise.resolve(void called.push('out')),
        copy: () => Promise.reject(new DOMException('not allowed')),
      },
    );
    commands.signIn();
    commands.signOut();
    commands.copy('outlook-device-sync start');
    await settled();
    expect(called).toEqual(['in', 'out']);
    expect(state().problem?.code).toBe('pane.clipboard');
  });
});

describe('what the pane lists', () => {
  it('is fetched when its view is opened; what was there before is shown meanwhile', async () => {
    const again = deferred<unknown>();
    let first = true;
    const { asked, commands, state } = pane({
      ports: () => {
        if (!first) return again.promise;
        first = false;
        return Promise.resolve([{ path: '/dev/ttyUSB0' }]);
      },
    });
    commands.open({ kind: 'add-device' });
    await settled();
    commands.loadPorts();
    expect(state().ports).toEqual({ kind: 'loading', value: [{ path: '/dev/ttyUSB0' }] });
    commands.loadPorts();
    expect(asked).toHaveLength(2);
    again.reject(lost);
    await settled();
    expect(state().ports).toEqual({ kind: 'failed', value: [{ path: '/dev/ttyUSB0' }], problem: lost });
  });

  it('goes on where it ended, and no further than there is', async () => {
    const { asked, commands, state } = pane({
      history: (before: number | null) =>
        Promise.resolve({ sessions: [{ session: before ?? 9 }], before: before === null ? 8 : null }),
    });
    commands.open({ kind: 'history' });
    await settled();
    commands.more();
    await settled();
    commands.more();
    await settled();
    expect(asked).toEqual([
      ['history', null],
      ['history', 8],
    ]);
    expect(state().history).toMatchObject({ value: { sessions: [{ session: 9 }, { session: 8 }] } });
  });

  it('goes on with a session’s records, and begins anew with those of another', async () => {
    const { asked, commands, state } = pane({
      historyRecords: (session: number, after: number | null) =>
        Promise.resolve({
          records: [{ number: after === null ? 1 : after + 1 }],
          after: after === null ? 1 : null,
          total: 2,
          session,
        }),
    });
    const view = (session: number) =>
      ({ kind: 'session', session, device: 'Neo', preview: false, title: '' }) as const;
    commands.open(view(4));
    await settled();
    commands.more();
    await settled();
    commands.more();
    expect(state().records).toMatchObject({ value: { session: 4, records: [{ number: 1 }, { number: 2 }] } });
    commands.open(view(5));
    expect(state().records).toEqual({ kind: 'loading', value: null });
    await settled();
    expect(asked).toEqual([
      ['historyRecords', 4, null],
      ['historyRecords', 4, 1],
      ['historyRecords', 5, null],
    ]);
  });

  it('of another filter begins anew, and an answer that comes too late for it is not shown', async () => {
    const late = deferred<unknown>();
    const { commands, state } = pane({
      conflicts: ({ state: filter }: { state: string }) =>
        filter === 'open' ? late.promise : Promise.resolve({ conflicts: [conflict(5)], before: null }),
    });
    commands.open({ kind: 'conflicts', filter: 'open' });
    commands.open({ kind: 'conflicts', filter: 'all' });
    await settled();
    late.resolve({ conflicts: [conflict(1)], before: null });
    await settled();
    expect(state().conflicts).toMatchObject({ value: { filter: 'all', conflicts: [{ id: 5 }] } });
  });

  it('is fetched anew when a job ends or a conflict is decided elsewhere, and at nothing else', async () => {
    const { asked, commands, store } = pane({
      history: () => Promise.resolve({ sessions: [], before: null }),
    });
    const tell = (change: Partial<Status>): void =>
      store.dispatch({
        type: 'event',
        at: 0,
        event: { event: 'status', status: { ...connected, ...change } },
      });
    tell({});
    commands.open({ kind: 'history' });
    await settled();
    expect(asked).toHaveLength(1);
    tell({ pairingsWaiting: 1 });
    await settled();
    expect(asked).toHaveLength(1);
    tell({ openConflicts: 1 });
    await settled();
    expect(asked).toHaveLength(2);
  });
});
