/**
 * Loaded before a program (`node --import`): lets time pass faster in it, by the factor in FAULTS_TIME, so that its waits
 * for seconds, leases and limits cost the test little. Every process of a lab has the same time: it begins a day ago, for
 * a certificate of that time must be valid by the real clock too.
 */
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { syncBuiltinESMExports } from 'node:module';

const DAY_MS = 86_400_000;
/** Limits on how long others may take run slower than the rest, since the others do not work any faster. */
const PATIENCE = 3;

const [factorText = '1', originText = '0'] = (process.env.FAULTS_TIME ?? '1:0').split(':');
const factor = Number(factorText);
const origin = Number(originText);

if (factor > 1) {
  const RealDate = Date;
  const realNow = Date.now.bind(Date);
  const now = (): number => Math.floor(origin - DAY_MS + (realNow() - origin) * factor);
  const FastDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  });
  globalThis.Date = FastDate;

  const realPerformanceNow = performance.now.bind(performance);
  performance.now = () => realPerformanceNow() * factor;

  const shorter = (ms: unknown): number => Number(ms ?? 0) / factor;
  const { setTimeout: realSetTimeout, setInterval: realSetInterval } = globalThis;
  const setTimeoutFast = (work: () => void, ms?: number, ...args: []): NodeJS.Timeout =>
    realSetTimeout(work, shorter(ms), ...args);
  const setIntervalFast = (work: () => void, ms?: number, ...args: []): NodeJS.Timeout =>
    realSetInterval(work, shorter(ms), ...args);
  Object.assign(globalThis, { setTimeout: setTimeoutFast, setInterval: setIntervalFast });
  Object.assign(timers, { setTimeout: setTimeoutFast, setInterval: setIntervalFast });

  const realDelay = timersPromises.setTimeout;
  Object.assign(timersPromises, {
    setTimeout: (ms?: number, value?: unknown, options?: object) => realDelay(shorter(ms), value, options),
  });
  const realTimeoutSignal = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => realTimeoutSignal(Math.ceil(shorter(ms) * PATIENCE));
  syncBuiltinESMExports();
}
