/** When to say HELPER_INIT and QUIT while a device has not greeted yet (spec: qdsync protocol 1 and 7). */

const INIT_REPEAT_MS = 5_000;
const FIRST_PATIENCE_MS = 2_000;
const LONGEST_PATIENCE_MS = 16_000;

/** Times in ms of the connection's clock; undefined: not planned. */
export interface GreetingSchedule {
  readonly initAt: number | undefined;
  /** An old session may still be logged in, which a reconnect does not end: then QUIT does. */
  readonly quitAt: number | undefined;
  /** Grows, so that a device that is slow to greet is not thrown out again and again. */
  readonly patienceMs: number;
}

/** Over TCP a new connection is a new session: nothing is repeated. */
export const saidOnce: GreetingSchedule = { initAt: undefined, quitAt: undefined, patienceMs: 0 };

export function startSchedule(now: number): GreetingSchedule {
  return { initAt: now + INIT_REPEAT_MS, quitAt: now + FIRST_PATIENCE_MS, patienceMs: FIRST_PATIENCE_MS };
}

export function afterInit(schedule: GreetingSchedule, now: number): GreetingSchedule {
  return { ...schedule, initAt: now + INIT_REPEAT_MS, quitAt: schedule.quitAt ?? now + schedule.patienceMs };
}

export function afterQuit(schedule: GreetingSchedule): GreetingSchedule {
  const patienceMs = Math.min(schedule.patienceMs * 2, LONGEST_PATIENCE_MS);
  return { ...schedule, quitAt: undefined, patienceMs };
}

/** The line took at last what was said: a device that could not hear us has not been silent. */
export function afterFlush(schedule: GreetingSchedule, now: number): GreetingSchedule {
  if (now < (schedule.quitAt ?? Infinity)) return schedule;
  return { ...schedule, initAt: now + INIT_REPEAT_MS, quitAt: now + schedule.patienceMs };
}
