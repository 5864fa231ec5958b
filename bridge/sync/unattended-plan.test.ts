import { describe, expect, it } from 'vitest';
import { DEFAULT_UNATTENDED, type Unattended } from '../../contract/unattended.ts';
import { isDue, isQuiet } from './unattended-plan.ts';

const at = (time: string): Date => new Date(`2026-03-02T${time}:00`);
const on: Unattended = { ...DEFAULT_UNATTENDED, on: true };
const ms = (time: string): number => at(time).getTime();

describe('[UNATT-1] a sync that nobody asks for', () => {
  it.each<[string, Partial<Unattended>, string | null, string | null, string, boolean]>([
    ['is off until chosen', { on: false }, '12:00', null, '12:00', false],
    ['comes when a device connects', {}, '12:00', null, '12:00', true],
    ['also where it was synced before', {}, '12:00', '11:00', '12:00', true],
    ['not where connecting is no reason', { onConnect: false }, '12:00', '11:30', '12:00', false],
    ['not for a device that is away', {}, null, null, '12:00', false],
    ['once for each connection', { everyMinutes: null }, '12:00', '12:01', '15:00', false],
    ['not for each jolt of the cable', {}, '12:04', '12:01', '12:04', false],
    ['which is made up for', {}, '12:04', '12:01', '12:06', true],
    ['by the clock, after the time chosen', { everyMinutes: 30 }, '10:00', '12:00', '12:30', true],
    ['and not before it', { everyMinutes: 30 }, '10:00', '12:00', '12:29', false],
    ['where the clock was set back, too', { everyMinutes: 30 }, '10:00', '14:00', '12:00', true],
    ['not in quiet hours', { quiet: { from: '11:00', to: '13:00' } }, '12:00', null, '12:00', false],
    ['but as soon as they are over', { quiet: { from: '11:00', to: '13:00' } }, '12:00', null, '13:00', true],
  ])('%s', (_what, change, connected, last, now, due) => {
    const times = {
      connectedAt: connected === null ? null : ms(connected),
      lastAt: last === null ? null : ms(last),
    };
    expect(isDue({ ...on, ...change }, times, at(now))).toBe(due);
  });
});

describe('quiet hours', () => {
  it.each([
    ['22:00', '07:00', '23:30', true],
    ['22:00', '07:00', '06:59', true],
    ['22:00', '07:00', '07:00', false],
    ['22:00', '07:00', '21:59', false],
    ['12:00', '13:00', '12:00', true],
    ['12:00', '13:00', '13:00', false],
    ['12:00', '12:00', '12:00', false],
  ])('%s to %s: %s is %s', (from, to, now, quiet) => {
    expect(isQuiet({ from, to }, at(now))).toBe(quiet);
  });
});
