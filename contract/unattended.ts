/** Syncs that nobody asks for: chosen by a person, done by the bridge with its own Outlook host. */
import { z } from 'zod';

/** `07:00`, by this PC's clock. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

export const quietSchema = z.strictObject({ from: timeOfDay, to: timeOfDay });
/** Nothing begins by itself from `from` until before `to`, which may be on the next day. */
export type Quiet = z.infer<typeof quietSchema>;

export const unattendedSchema = z.strictObject({
  on: z.boolean(),
  /** Sync when a device connects. */
  onConnect: z.boolean(),
  /** Sync this long after the last time; null: not by the clock. */
  everyMinutes: z.int().min(5).max(1440).nullable(),
  quiet: quietSchema.nullable(),
});
export type Unattended = z.infer<typeof unattendedSchema>;

/** Off until a person chooses it. */
export const DEFAULT_UNATTENDED: Unattended = { on: false, onConnect: true, everyMinutes: 60, quiet: null };

/** POST to `unattended`: what is left out stays. */
export const unattendedRequestSchema = unattendedSchema.partial();
export type UnattendedRequest = z.infer<typeof unattendedRequestSchema>;

export const unattendedStatusSchema = unattendedSchema.extend({
  /** What the bridge's own Outlook host says of itself; empty while it is off. */
  host: z.string(),
});
export type UnattendedStatus = z.infer<typeof unattendedStatusSchema>;

/** What is chosen after a change. */
export function changeUnattended(settings: Unattended, change: UnattendedRequest): Unattended {
  return {
    on: change.on ?? settings.on,
    onConnect: change.onConnect ?? settings.onConnect,
    everyMinutes: change.everyMinutes === undefined ? settings.everyMinutes : change.everyMinutes,
    quiet: change.quiet === undefined ? settings.quiet : change.quiet,
  };
}
