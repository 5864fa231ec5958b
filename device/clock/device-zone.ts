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

/** The date in the computer's zone, looked up once a second at most: a session asks for it with every record. */
export function currentDate(now: () => EpochMs): () => string {
  let second = Number.NaN;
  let date = '';
  return () => {
    const at = now();
    if (Math.floor(at / 1000) !== second) {
      second = Math.floor(at / 1000);
      date = localDate(at);
    }
    return date;
  };
}
