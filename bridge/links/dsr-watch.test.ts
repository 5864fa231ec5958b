import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchDsr } from './dsr-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Modem lines as the serial library tells them. */
class Lines {
  dsr = false;
  error: Error | null = null;
  asked = 0;
  get = (callback: (error: Error | null, status?: { readonly dsr: boolean }) => void): void => {
    this.asked += 1;
    if (this.error === null) callback(null, { dsr: this.dsr });
    else callback(this.error);
  };
}

function watched(lines: Lines): { readonly events: string[]; readonly stop: () => void } {
  const events: string[] = [];
  const stop = watchDsr(lines, {
    raised: () => events.push('raised'),
    dropped: () => events.push('dropped'),
  });
  return { events, stop };
}

it('tells each change, but not the state found at first', () => {
  const lines = new Lines();
  const { events, stop } = watched(lines);
  vi.advanceTimersByTime(2_000);
  expect(events).toEqual([]);
  lines.dsr = true;
  vi.advanceTimersByTime(500);
  lines.dsr = false;
  vi.advanceTimersByTime(500);
  expect(events).toEqual(['raised', 'dropped']);
  stop();
});

it('a port without modem lines is asked once', () => {
  const lines = new Lines();
  lines.error = new Error('ENOTTY');
  const { events } = watched(lines);
  vi.advanceTimersByTime(10_000);
  expect(lines.asked).toBe(1);
  expect(events).toEqual([]);
});

it('stops when told', () => {
  const lines = new Lines();
  const { events, stop } = watched(lines);
  stop();
  lines.dsr = true;
  vi.advanceTimersByTime(10_000);
  expect(events).toEqual([]);
  expect(lines.asked).toBe(1);
});
