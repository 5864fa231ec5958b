/** Times and spans in words. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When something was, ISO 8601, seen from `now` in ms since 1970: `just now`, `5 minutes ago`, `yesterday, 10:42`. */
export function ago(iso: string, now: number): string {
  const then = Date.parse(iso);
  const span = now - then;
  if (Number.isNaN(then)) return iso;
  if (span < MINUTE) return 'just now';
  if (span < HOUR) return `${plural(Math.floor(span / MINUTE), 'minute')} ago`;
  const days = Math.round((startOfDay(now) - startOfDay(then)) / DAY);
  if (days === 0) return `today, ${clock(then)}`;
  if (days === 1) return `yesterday, ${clock(then)}`;
  return `${dayOf(iso)}, ${clock(then)}`;
}

/** `2 Nov 2026`, in the zone of this PC. */
export function dayOf(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** `10:42`, in the zone of this PC. */
export function clock(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** A span in ms, roughly: it is an estimate. */
export function roughly(ms: number): string {
  if (ms < 10_000) return 'a few seconds';
  if (ms < MINUTE) return `${Math.ceil(ms / 10_000) * 10} seconds`;
  if (ms < HOUR) return plural(Math.ceil(ms / MINUTE), 'minute');
  return `${plural(Math.floor(ms / HOUR), 'hour')} ${plural(Math.ceil((ms % HOUR) / MINUTE), 'minute')}`;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
