/**
 * How often those without a key may ask. It bounds the work that any program of this PC can cause; whoever shows a valid
 * key is never counted, so that nobody can shut the add-in out once it is attached.
 */
import type { RequestHandler } from 'express';
import { systemClock, type Clock } from '../hosts/clock.ts';
import { sendError } from './errors.ts';

export interface Rate {
  /** Calls that may come at once. */
  readonly burst: number;
  /** Calls per second in the long run. */
  readonly perSecond: number;
}

/** A bucket of tokens that fills up by itself. */
export function limitRate({ burst, perSecond }: Rate, clock: Clock = systemClock): RequestHandler {
  let left = burst;
  let countedAt = clock.now();
  return (_request, response, next) => {
    const now = clock.now();
    left = Math.min(burst, left + ((now - countedAt) / 1000) * perSecond);
    countedAt = now;
    if (left < 1) {
      response.set('Retry-After', '1');
      sendError(response, 'api.busy');
      return;
    }
    left -= 1;
    next();
  };
}
