/** What every part of a session works with. */
import type { ClientPluginFactory } from '../../contract/client-plugin.ts';
import type { MailboxIdentity, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import type { Answer, Phase, Question } from '../../contract/job.ts';
import type { DatasetSettings, Mode } from '../../contract/settings.ts';
import type { DatasetDefinition, ZonedTimes } from '../../datasets/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { FolderLocks } from './folder-locks.ts';

/** A record-level problem that is no step's: an item or a record that cannot be read. */
export interface SessionProblem {
  readonly side: 'device' | 'mailbox';
  readonly label: string;
  readonly code: string;
  readonly detail: string;
}

/** What a person asked to be put back (spec: sync engine, G1). */
export interface UndoWish {
  readonly session: number;
  /** Numbers of the steps; null: all. */
  readonly records: ReadonlySet<number> | null;
  /** Also what has been changed since; null: it is asked. */
  readonly overwrite: boolean | null;
}

/** A question without what the asking itself adds. */
export type NewQuestion = Question extends infer Q
  ? Q extends Question
    ? Omit<Q, 'id' | 'until'>
    : never
  : never;

/** Settings of a dataset that is synced. */
export type RunningSettings = DatasetSettings & { readonly mode: Exclude<Mode, 'off'> };

export interface SessionContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly definition: DatasetDefinition;
  readonly client: ClientPluginFactory;
  readonly server: ServerSyncPlugin;
  readonly mailbox: MailboxIdentity;
  readonly device: {
    /** The device's unique id, from its banner. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    readonly categoryAliases: Readonly<Record<string, string>>;
    /** What the `Z` of its times means. */
    readonly zonedTimes: ZonedTimes;
    /** The link's speed in bytes per second, to estimate a full comparison. */
    readonly bytesPerSecond: number;
  };
  readonly settings: RunningSettings;
  /** The date on this computer when the session began, `YYYY-MM-DD`: what a record must have and lacks is today. */
  readonly today: string;
  /** A person's wish for a full comparison. */
  readonly slow: boolean;
  /** A preview: the plan is made, and nothing is carried out. */
  readonly dryRun: boolean;
  /** A person's answer to the guard, given beforehand. */
  readonly removals: 'remove' | 'restore' | null;
  readonly undo: UndoWish | null;
  readonly job: string;
  readonly signal: AbortSignal;
  readonly progress: (phase: Phase, done: number, total: number | null, text: string) => void;
  readonly problem: (problem: SessionProblem) => void;
  /** Asks a person; null: nobody is there, or nobody answered in time. */
  readonly ask: (question: NewQuestion) => Promise<Answer | null>;
  /** Runs one planning and applying at a time per folder. */
  readonly exclusive: FolderLocks['run'];
  /** Runs one reading at a time per folder: what one of them has not come to yet, the end of another takes for removed. */
  readonly reading: FolderLocks['run'];
}
