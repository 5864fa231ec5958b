/** How the pane's state follows from what happens. Pure. */
import type { BridgeEvent, Port } from '../../../contract/api.ts';
import type { SyncError } from '../../../contract/errors.ts';
import {
  settingsChangeSchema,
  withChanges,
  type AllSettings,
  type SettingsChange,
} from '../../../contract/settings.ts';
import type { SignInState } from '../../auth/sign-in.ts';
import type { OfficeTheme } from '../../hosts/office-host.ts';
import { applyEvent, type MailboxState, type PaneState } from '../pane-state.ts';
import {
  valueOf,
  type AppState,
  type ConflictList,
  type HistoryList,
  type Loaded,
  type Pace,
  type RecordList,
  type View,
} from './state.ts';

/** What is fetched, by its place in the state. */
interface Fetched {
  readonly conflicts: ConflictList;
  readonly history: HistoryList;
  readonly records: RecordList;
  readonly settings: AllSettings;
  readonly ports: readonly Port[];
}
export type FetchedName = keyof Fetched;
type LoadAction = {
  [Name in FetchedName]:
    | { readonly type: 'loading'; readonly what: Name; readonly anew: boolean }
    | { readonly type: 'loaded'; readonly what: Name; readonly value: Fetched[Name] }
    | { readonly type: 'not-loaded'; readonly what: Name; readonly problem: SyncError };
}[FetchedName];

export type Action =
  | { readonly type: 'link'; readonly link: PaneState }
  /** `at`: ms since 1970. */
  | { readonly type: 'event'; readonly event: BridgeEvent; readonly at: number }
  | { readonly type: 'mailbox'; readonly mailbox: MailboxState }
  | { readonly type: 'sign-in'; readonly signIn: SignInState; readonly canSignOut: boolean }
  | { readonly type: 'theme'; readonly theme: OfficeTheme | null }
  | { readonly type: 'office-problem'; readonly problem: SyncError | null }
  | { readonly type: 'open'; readonly view: View }
  | { readonly type: 'choose-device'; readonly device: string }
  | { readonly type: 'asked'; readonly what: string }
  | { readonly type: 'answered'; readonly what: string; readonly said: string }
  | { readonly type: 'refused'; readonly what: string; readonly problem: SyncError }
  | { readonly type: 'dismiss' }
  | {
      readonly type: 'once';
      readonly device: string;
      readonly dataset: string;
      readonly change: SettingsChange;
    }
  /** For always: shown so before the bridge has it. */
  | {
      readonly type: 'chosen';
      readonly device: string;
      readonly dataset: string;
      readonly change: SettingsChange;
    }
  | { readonly type: 'once-used'; readonly device: string }
  | LoadAction;

export function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'link':
      return { ...state, link: action.link };
    case 'event':
      return afterEvent(state, action.event, action.at);
    case 'mailbox':
      return { ...state, mailbox: action.mailbox };
    case 'sign-in':
      return { ...state, signIn: action.signIn, canSignOut: action.canSignOut };
    case 'theme':
      return { ...state, theme: action.theme };
    case 'office-problem':
      return { ...state, officeProblem: action.problem };
    case 'open':
      return { ...state, view: action.view, problem: null, said: '' };
    case 'choose-device':
      return { ...state, device: action.device };
    case 'asked':
      return { ...state, busy: new Set([...state.busy, action.what]), problem: null, said: '' };
    case 'answered':
      return { ...state, busy: without(state.busy, action.what), said: action.said };
    case 'refused':
      return { ...state, busy: without(state.busy, action.what), problem: action.problem };
    case 'dismiss':
      return { ...state, problem: null, said: '' };
    case 'once': {
      const { device, dataset, change } = action;
      const before = state.once[device] ?? {};
      const merged = settingsChangeSchema.parse({ ...before[dataset], ...change });
      return { ...state, once: { ...state.once, [device]: { ...before, [dataset]: merged } } };
    }
    case 'chosen': {
      const held = valueOf(state.settings);
      if (held === null) return state;
      return { ...state, settings: { kind: 'ready', value: withChoice(held, action) } };
    }
    case 'once-used':
      return { ...state, once: { ...state.once, [action.device]: {} } };
    case 'loading':
    case 'loaded':
    case 'not-loaded':
      return { ...state, [action.what]: load(state[action.what], action) };
  }
}

function withChoice(
  { devices }: AllSettings,
  { device, dataset, change }: Extract<Action, { type: 'chosen' }>,
): AllSettings {
  return {
    devices: devices.map((each) => {
      const settings = each.device === device ? each.datasets[dataset] : undefined;
      if (settings === undefined) return each;
      return { device, datasets: { ...each.datasets, [dataset]: withChanges(settings, change) } };
    }),
  };
}

function load(before: Loaded<unknown>, action: LoadAction): Loaded<unknown> {
  switch (action.type) {
    case 'loading':
      return { kind: 'loading', value: action.anew ? null : valueOf(before) };
    case 'loaded':
      return { kind: 'ready', value: action.value };
    case 'not-loaded':
      return { kind: 'failed', value: valueOf(before), problem: action.problem };
  }
}

function afterEvent(state: AppState, event: BridgeEvent, at: number): AppState {
  if (state.link.kind === 'connected') {
    const status = applyEvent(state.link.status, event);
    return {
      ...state,
      link: { kind: 'connected', status },
      pace: paceOf(state.pace, status.job?.progress, at),
    };
  }
  if (event.event !== 'status') return state;
  const { status } = event;
  return { ...state, link: { kind: 'connected', status }, pace: paceOf(null, status.job?.progress, at) };
}

function paceOf(
  before: Pace | null,
  progress: { readonly dataset: string; readonly phase: string; readonly done: number } | null | undefined,
  at: number,
): Pace | null {
  if (progress === null || progress === undefined) return null;
  const { dataset, phase, done } = progress;
  const same = before !== null && before.dataset === dataset && before.phase === phase && before.from <= done;
  return same ? before : { dataset, phase, since: at, from: done };
}

function without(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...set].filter((each) => each !== name));
}
