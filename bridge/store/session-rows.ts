/** Sessions as rows of the database. */
import type { Row } from './database.ts';

export type SessionState = 'open' | 'pending' | 'committed' | 'dropped';

export interface SessionRow {
  readonly id: number;
  readonly partnership: number;
  readonly state: SessionState;
  readonly kind: string;
  /** The device's `next`, in ms since 1970. */
  readonly deviceNext: number;
  readonly desktopNext: number;
  /** The folder's number up to which this session brings the device. */
  readonly cursor: number;
  readonly clock: number;
  readonly startedAt: number;
  /** What people call the device. */
  readonly deviceName: string;
  /** The session that this one puts back; null: it is no undo. */
  readonly undoes: number | null;
  /** A plan that is only shown. */
  readonly preview: boolean;
  /** Mode and scope, as Partnership keeps them. */
  readonly scope: string;
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
  /** Known once it is pending: the next session has to compare everything. */
  readonly forceSlow: boolean;
}

export function toSession(row: Row): SessionRow {
  return {
    id: Number(row.id),
    partnership: Number(row.partnership),
    state: String(row.state) as SessionState,
    kind: String(row.kind),
    deviceNext: Number(row.device_next),
    desktopNext: Number(row.desktop_next),
    cursor: Number(row.cursor),
    clock: Number(row.clock),
    startedAt: Number(row.started_at),
    deviceName: String(row.device_name),
    undoes: row.undoes === null ? null : Number(row.undoes),
    preview: row.preview === 1,
    scope: row.scope === null ? '' : String(row.scope),
    windowFrom: row.window_from === null ? null : String(row.window_from),
    windowTo: row.window_to === null ? null : String(row.window_to),
    forceSlow: row.force_slow === 1,
  };
}
