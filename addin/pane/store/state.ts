/** All that the pane shows. Views are functions of it; only the reducer makes a new one. */
import type { Port } from '../../../contract/api.ts';
import type { Conflict } from '../../../contract/conflicts.ts';
import type { SyncError } from '../../../contract/errors.ts';
import type { HistoryEntry, HistoryRecord } from '../../../contract/history.ts';
import type { AllSettings, SettingsChange } from '../../../contract/settings.ts';
import type { SignInState } from '../../auth/sign-in.ts';
import type { OfficeTheme } from '../../hosts/office-host.ts';
import type { MailboxState, PaneState } from '../pane-state.ts';

export type ConflictFilter = 'open' | 'settled' | 'all';

/** Which page of the pane is open. */
export type View =
  | { readonly kind: 'home' }
  | { readonly kind: 'conflicts'; readonly filter: ConflictFilter }
  | { readonly kind: 'history' }
  /** What one session did, or what a preview would do. */
  | {
      readonly kind: 'session';
      readonly session: number;
      readonly device: string;
      readonly preview: boolean;
      readonly title: string;
    }
  | { readonly kind: 'devices' }
  | { readonly kind: 'add-device' }
  | { readonly kind: 'coverage' };

/** Something that is fetched; what was there before stays to be seen while it is fetched anew. */
export type Loaded<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly value: T | null }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly value: T | null; readonly problem: SyncError };

export interface ConflictList {
  readonly filter: ConflictFilter;
  readonly conflicts: readonly Conflict[];
  /** Id to ask for more before; null: that is all. */
  readonly before: number | null;
}

export interface HistoryList {
  readonly sessions: readonly HistoryEntry[];
  readonly before: number | null;
}

export interface RecordList {
  readonly session: number;
  readonly records: readonly HistoryRecord[];
  readonly after: number | null;
  readonly total: number;
}

/** Where a phase was when it was first seen: what its speed is reckoned from. */
export interface Pace {
  readonly dataset: string;
  readonly phase: string;
  /** ms since 1970. */
  readonly since: number;
  readonly from: number;
}

/** Choices for the next sync only, by device and dataset. */
export type Once = Readonly<Record<string, Readonly<Record<string, SettingsChange>>>>;

export interface AppState {
  readonly link: PaneState;
  readonly mailbox: MailboxState;
  readonly signIn: SignInState;
  /** Whether this page can sign out: within Outlook it is Outlook that decides who is signed in. */
  readonly canSignOut: boolean;
  readonly theme: OfficeTheme | null;
  /** Why Outlook’s script is not there; null: it is, or is not needed. */
  readonly officeProblem: SyncError | null;
  readonly view: View;
  /** The device that Sync is for; null: the first one. */
  readonly device: string | null;
  readonly conflicts: Loaded<ConflictList>;
  readonly history: Loaded<HistoryList>;
  readonly records: Loaded<RecordList>;
  readonly settings: Loaded<AllSettings>;
  readonly ports: Loaded<readonly Port[]>;
  readonly once: Once;
  readonly pace: Pace | null;
  /** What a person has asked for and what is not answered yet, by name. */
  readonly busy: ReadonlySet<string>;
  /** What was asked for and did not work. */
  readonly problem: SyncError | null;
  /** Read out by screen readers, and shown: what was asked for and has worked. */
  readonly said: string;
}

export const initialState: AppState = {
  link: { kind: 'starting' },
  mailbox: { kind: 'none' },
  signIn: { kind: 'looking' },
  canSignOut: false,
  theme: null,
  officeProblem: null,
  view: { kind: 'home' },
  device: null,
  conflicts: { kind: 'none' },
  history: { kind: 'none' },
  records: { kind: 'none' },
  settings: { kind: 'none' },
  ports: { kind: 'none' },
  once: {},
  pace: null,
  busy: new Set(),
  problem: null,
  said: '',
};

/** What there is to be seen, fresh or not. */
export function valueOf<T>(loaded: Loaded<T>): T | null {
  return loaded.kind === 'none' ? null : loaded.value;
}
