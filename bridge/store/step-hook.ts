/**
 * What the fault tests do before and after each durable write (docs/testing.md). In normal life there is no hook: only who
 * starts the process could set one, and could as well end it.
 */
export type StepHook = (write: number, when: 'before' | 'after', durable: 'now' | 'soon') => void;

/**
 * Reads `ODS_CRASH_AT`: `7:before` kills this process before the seventh durable write, `7:after:stop` stops it after that
 * one, until it is told to go on. `strike` sends the signal.
 */
export function stepHookFromEnvironment(
  text = process.env.ODS_CRASH_AT,
  strike = (signal: 'SIGKILL' | 'SIGSTOP'): void => void process.kill(process.pid, signal),
): StepHook | undefined {
  const match = /^(\d+):(before|after)(:stop)?$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, wanted, moment, stop] = match;
  return (write, when) => {
    if (String(write) === wanted && when === moment) strike(stop === undefined ? 'SIGKILL' : 'SIGSTOP');
  };
}
