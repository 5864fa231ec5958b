/** The zone and the date in which the handheld's owner lives: those of the computer unless another zone is named. */
import type { EpochMs } from '../../contract/client-plugin.ts';
import { wallClockOfUtc } from '../../datasets/calendar/index.ts';

/** IANA name of the computer's zone; TZ in the environment sets it. */
export function systemZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The date in a zone, `YYYY-MM-DD`; of a zone that nobody knows, that of UTC. */
export function localDate(now: EpochMs, zone = systemZone()): string {
  const utc = new Date(now).toISOString().slice(0, 19);
  return (wallClockOfUtc(utc, zone) ?? utc).slice(0, 10);
}

/** The same in the computer's zone, for which its name need not be looked up. */
function dateHere(now: EpochMs): string {
  const local = new Date(now);
  // As if it were UTC, whose parts have a standard form.
  return new Date(now - local.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** The date in the computer's zone, worked out once a second at most: a session asks for it with every record. */
export function currentDate(now: () => EpochMs): () => string {
  let second = Number.NaN;
  let date = '';
  return () => {
    const at = now();
    if (Math.floor(at / 1000) !== second) {
      second = Math.floor(at / 1000);
      date = dateHere(at);
    }
    return date;
  };
}
