/** What a person can ask for, and what it does to the state: asked, then answered or refused. */
import type { AddDeviceRequest, Status } from '../../../contract/api.ts';
import type { ConflictChoice } from '../../../contract/conflicts.ts';
import { SyncError, toSyncError } from '../../../contract/errors.ts';
import type { Answer, Question, StartRequest } from '../../../contract/job.ts';
import type { SettingsChange } from '../../../contract/settings.ts';
import type { PageApi } from '../../hosts/bridge-client.ts';
import type { Action, FetchedName } from './reducer.ts';
import { valueOf, type ConflictFilter, type View } from './state.ts';
import type { Store } from './store.ts';

export interface Commands {
  readonly open: (view: View) => void;
  readonly dismiss: () => void;
  readonly chooseDevice: (device: string) => void;
  readonly sync: (device: string) => void;
  readonly preview: (device: string) => void;
  /** Everything is compared; nothing is removed by it. */
  readonly compareAll: (device: string) => void;
  readonly cancel: () => void;
  readonly answer: (job: string, question: Question, answer: Answer) => void;
  readonly resolve: (ids: readonly number[], choice: ConflictChoice) => void;
  readonly undo: (session: number, records?: readonly number[]) => void;
  readonly change: (device: string, dataset: string, change: SettingsChange, when: 'always' | 'once') => void;
  readonly addDevice: (request: AddDeviceRequest) => void;
  readonly removeDevice: (name: string) => void;
  /** What the device shows; null: another code than this PC. */
  readonly compareCode: (device: string, code: string | null) => void;
  /** Lets a paused bridge go on. */
  readonly resume: () => void;
  readonly loadPorts: () => void;
  readonly loadSettings: () => void;
  /** The next part of what the open view lists. */
  readonly more: () => void;
  readonly signIn: () => void;
  readonly signOut: () => void;
  /** Forgets the key and shows a code again. */
  readonly pairAnew: () => void;
  readonly retry: () => void;
  readonly copy: (text: string) => void;
}

export interface CommandParts {
  readonly bridge: PageApi;
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly pairAnew: () => void;
  /** Tries to reach the bridge now. */
  readonly retry: () => void;
  readonly copy: (text: string) => Promise<void>;
}

/** Another job may have taken its place by then. */
const LONGEST_WAIT_FOR_JOB_MS = 2000;

export function createCommands({ bridge, store, signal, ...page }: CommandParts): Commands {
  const { dispatch, state } = store;

  /** Something asked for: one at a time of each kind. Resolves to whether it has worked; never rejects. */
  const ask = async (what: string, run: () => Promise<unknown>, said = ''): Promise<boolean> => {
    if (state().busy.has(what)) return false;
    dispatch({ type: 'asked', what });
    try {
      await run();
      dispatch({ type: 'answered', what, said });
      return true;
    } catch (error) {
      if (!signal.aborted) dispatch({ type: 'refused', what, problem: toSyncError(error) });
      return false;
    }
  };

  const load = async <Name extends FetchedName>(
    what: Name,
    anew: boolean,
    fetch: () => Promise<Extract<Action, { type: 'loaded'; what: Name }>['value']>,
  ): Promise<void> => {
    if (state()[what].kind === 'loading' && !anew) return;
    dispatch({ type: 'loading', what, anew });
    const loading = state()[what];
    try {
      const value = await fetch();
      // Something else may have been asked for meanwhile.
      if (state()[what] === loading) dispatch({ type: 'loaded', what, value } as Action);
    } catch (error) {
      if (state()[what] === loading && !signal.aborted)
        dispatch({ type: 'not-loaded', what, problem: toSyncError(error) });
    }
  };

  const loadConflicts = (filter: ConflictFilter, more = false): Promise<void> => {
    const held = valueOf(state().conflicts);
    const same = held?.filter === filter ? held : null;
    const before = more ? (same?.before ?? null) : null;
    return load('conflicts', same === null, async () => {
      const page = await bridge.conflicts({ state: filter, before }, signal);
      const conflicts = more ? [...(same?.conflicts ?? []), ...page.conflicts] : page.conflicts;
      return { filter, conflicts, before: page.before };
    });
  };
  const loadHistory = (more = false): Promise<void> => {
    const held = valueOf(state().history);
    return load('history', false, async () => {
      const page = await bridge.history(more ? (held?.before ?? null) : null, signal);
      return {
        sessions: more ? [...(held?.sessions ?? []), ...page.sessions] : page.sessions,
        before: page.before,
      };
    });
  };
  const loadRecords = (session: number, more = false): Promise<void> => {
    const held = valueOf(state().records);
    const same = held?.session === session ? held : null;
    return load('records', same === null, async () => {
      const page = await bridge.historyRecords(session, more ? (same?.after ?? null) : null, signal);
      const records = more ? [...(same?.records ?? []), ...page.records] : page.records;
      return { session, records, after: page.after, total: page.total };
    });
  };
  /** The last choice for always that is on its way to the bridge, and whether all up to it were kept; null: none is. */
  let keeping: Promise<boolean> | null = null;
  const loadSettings = (): Promise<void> =>
    keeping === null
      ? load('settings', false, () => bridge.settings(signal))
      : // What the bridge holds before it has them all would be shown over what was chosen.
        keeping.then(loadSettings);
  /** Shown at once; kept one after another, since the later may be made of the earlier, and none after one that was refused. */
  const keep = (device: string, dataset: string, change: SettingsChange): void => {
    dispatch({ type: 'chosen', device, dataset, change });
    const mine = (keeping ?? Promise.resolve(true)).then(async (before) => {
      const run = async (): Promise<void> => {
        const value = await bridge.changeSettings({ device, dataset, change }, signal);
        if (keeping === mine) dispatch({ type: 'loaded', what: 'settings', value });
      };
      const kept = before && (await ask('change', run, 'Saved.'));
      if (keeping === mine) {
        keeping = null;
        if (!kept) await loadSettings();
      }
      return kept;
    });
    keeping = mine;
  };
  const loadPorts = (): Promise<void> => load('ports', false, () => bridge.ports(signal));

  const loadFor = (view: View): void => {
    switch (view.kind) {
      case 'conflicts':
        return void loadConflicts(view.filter);
      case 'history':
        return void loadHistory();
      case 'session':
        return void loadRecords(view.session);
      case 'devices':
        return void loadSettings();
      case 'add-device':
        return void loadPorts();
      case 'home':
      case 'coverage':
        return;
    }
  };
  const open = (view: View): void => {
    dispatch({ type: 'open', view });
    loadFor(view);
  };
  /** The page has heard of the job: the view that shows it has it from the beginning, and the focus is not moved twice. */
  const told = (job: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        const { link } = state();
        if (link.kind === 'connected' && link.status.job?.id !== job) return;
        clearTimeout(late);
        leave();
        resolve();
      };
      const late = setTimeout(() => {
        leave();
        resolve();
      }, LONGEST_WAIT_FOR_JOB_MS);
      const leave = store.subscribe(look);
      look();
    });
  const start = (what: string, device: string, request: StartRequest): void =>
    void ask(what, async () => {
      if (keeping !== null && !(await keeping)) return;
      const once = state().once[device] ?? {};
      const settings = Object.keys(once).length > 0 ? { settings: once } : {};
      await told(await bridge.startSync({ device, attended: true, ...settings, ...request }, signal));
      if (request.dryRun !== true) dispatch({ type: 'once-used', device });
      open({ kind: 'home' });
    });

  // What ends or is decided anywhere shows in the open view.
  let shown = '';
  store.subscribe(() => {
    const { link, view } = state();
    if (link.kind !== 'connected') return;
    const now = digest(link.status);
    if (now === shown) return;
    const first = shown === '';
    shown = now;
    if (!first) loadFor(view);
  });

  return {
    open,
    dismiss: () => dispatch({ type: 'dismiss' }),
    chooseDevice: (device) => dispatch({ type: 'choose-device', device }),
    sync: (device) => start('sync', device, {}),
    preview: (device) => start('preview', device, { dryRun: true }),
    compareAll: (device) => start('sync', device, { slow: true }),
    cancel: () => void ask('cancel', () => bridge.cancelSync(signal)),
    answer: (job, question, answer) =>
      void ask('answer', () => bridge.answerQuestion({ job, question: question.id, answer }, signal)),
    resolve: (ids, choice) =>
      void ask(
        'resolve',
        async () => {
          await bridge.resolve({ ids: [...ids], choice }, signal);
          loadFor(state().view);
        },
        'Decided. The next sync carries it out.',
      ),
    undo: (session, records) =>
      void ask('undo', async () => {
        const wish = { session, attended: true, ...(records && { records: [...records] }) };
        await told(await bridge.undo(wish, signal));
        open({ kind: 'home' });
      }),
    change(device, dataset, change, when) {
      if (when === 'once') dispatch({ type: 'once', device, dataset, change });
      else keep(device, dataset, change);
    },
    addDevice: (request) =>
      void ask('add-device', async () => {
        await bridge.addDevice(request, signal);
        dispatch({ type: 'choose-device', device: request.name });
        open({ kind: 'home' });
      }),
    removeDevice: (name) =>
      void ask(
        'remove-device',
        async () => {
          await bridge.removeDevice(name, signal);
          // They were for its next sync, not for that of another device of its name.
          dispatch({ type: 'once-used', device: name });
          await loadSettings();
        },
        'The device is no longer in the list. Its history is kept.',
      ),
    compareCode: (device, code) =>
      void ask(
        'compare-code',
        () => bridge.compareCode(device, code, signal),
        code === null ? 'The device was not let in.' : '',
      ),
    resume: () => void ask('resume', () => bridge.resume(signal)),
    loadPorts: () => void loadPorts(),
    loadSettings: () => void loadSettings(),
    more() {
      const { view, conflicts, history, records } = state();
      if (view.kind === 'conflicts' && (valueOf(conflicts)?.before ?? null) !== null)
        void loadConflicts(view.filter, true);
      if (view.kind === 'history' && (valueOf(history)?.before ?? null) !== null) void loadHistory(true);
      if (view.kind === 'session' && (valueOf(records)?.after ?? null) !== null)
        void loadRecords(view.session, true);
    },
    signIn: () => void ask('sign-in', page.signIn),
    signOut: () => void ask('sign-out', page.signOut),
    pairAnew: page.pairAnew,
    retry: page.retry,
    copy: (text) =>
      void ask(
        'copy',
        () =>
          page.copy(text).catch((error: unknown) => {
            throw new SyncError('pane.clipboard', '', { cause: error });
          }),
        'Copied.',
      ),
  };
}

/** What lists depend on: jobs that begin or end, their questions, and conflicts. */
function digest({ job, openConflicts, devices }: Status): string {
  return JSON.stringify([
    job?.id,
    job?.state,
    job?.sessions.length,
    openConflicts,
    devices.map(({ name }) => name),
  ]);
}
