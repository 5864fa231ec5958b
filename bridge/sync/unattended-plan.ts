/** When a device is synced without being asked. Pure; times are milliseconds since 1970 but for quiet hours. */
import type { Quiet, Unattended } from '../../contract/unattended.ts';

export interface DeviceTimes {
  /** Null: it is not connected. */
  readonly connectedAt: number | null;
  /** The last sync that was tried by itself, or done by anybody; null: never. */
  readonly lastAt: number | null;
}

/** A cable that comes and goes is no reason to sync each time. */
export const SHORTEST_PAUSE_MS = 5 * 60_000;

export function isDue(settings: Unattended, { connectedAt, lastAt }: DeviceTimes, now: Date): boolean {
  if (!settings.on || connectedAt === null || isQuiet(settings.quiet, now)) return false;
  const sinceLast = lastAt === null ? Infinity : now.getTime() - lastAt;
  // A clock that was set back must not silence it.
  if (sinceLast >= 0 && sinceLast < SHORTEST_PAUSE_MS) return false;
  if (settings.onConnect && (lastAt === null || lastAt < connectedAt)) return true;
  return settings.everyMinutes !== null && (sinceLast < 0 || sinceLast >= settings.everyMinutes * 60_000);
}

/** By this PC's clock; where both times are the same there are no quiet hours. */
export function isQuiet(quiet: Quiet | null, now: Date): boolean {
  if (quiet === null) return false;
  const minutes = now.getHours() * 60 + now.getMinutes();
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
