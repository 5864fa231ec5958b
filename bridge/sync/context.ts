/** What every part of a session works with. */
import type { ClientPluginFactory } from '../../contract/client-plugin.ts';
import type { MailboxIdentity, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import type { Phase } from '../../contract/job.ts';
import type { DatasetDefinition, ZonedTimes } from '../../datasets/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Policy } from './merge.ts';

/** A record-level problem that is no step's: an item or a record that cannot be read. */
export interface SessionProblem {
  readonly side: 'device' | 'mailbox';
  readonly label: string;
  readonly code: string;
  readonly detail: string;
}

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
    readonly categoryAliases: Readonly<Record<string, string>>;
    /** What the `Z` of its times means. */
    readonly zonedTimes: ZonedTimes;
    /** The link's speed in bytes per second, to estimate a full comparison. */
    readonly bytesPerSecond: number;
  };
  readonly policy: Policy;
  /** The date on this computer when the session began, `YYYY-MM-DD`: what a record must have and lacks is today. */
  readonly today: string;
  /** A person's wish for a full comparison. */
  readonly slow: boolean;
  readonly job: string;
  readonly signal: AbortSignal;
  readonly progress: (phase: Phase, done: number, total: number | null, text: string) => void;
  readonly problem: (problem: SessionProblem) => void;
  /** Runs one planning and applying at a time per folder. */
  readonly exclusive: <T>(folder: number, work: () => Promise<T>) => Promise<T>;
}
