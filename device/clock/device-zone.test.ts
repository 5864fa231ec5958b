import { afterEach, describe, expect, it } from 'vitest';
import { currentDate, localDate, systemZone } from './device-zone.ts';

const zoneOfThisProcess = process.env.TZ;
afterEach(() => {
  if (zoneOfThisProcess === undefined) delete process.env.TZ;
  else process.env.TZ = zoneOfThisProcess;
});

describe('the handheld’s date', () => {
  it('is that of the named zone, and of UTC in one that nobody knows', () => {
    const evening = Date.parse('2026-03-02T22:30:00Z');
    expect(localDate(evening, 'Europe/Helsinki')).toBe('2026-03-03');
    expect(localDate(evening, 'America/New_York')).toBe('2026-03-02');
    expect(localDate(evening, 'Atlantis/Capital')).toBe('2026-03-02');
  });

  it('follows midnight and a change of the computer’s zone, from the next second on', () => {
    process.env.TZ = 'Europe/Oslo';
    expect(systemZone()).toBe('Europe/Oslo');
    let now = Date.parse('2026-03-02T22:59:59.900Z');
    const today = currentDate(() => now);
    expect(today()).toBe('2026-03-02');
    now += 100;
    expect(today()).toBe('2026-03-03');
    process.env.TZ = 'America/New_York';
    expect(today()).toBe('2026-03-03');
    now += 1000;
    expect(today()).toBe('2026-03-02');
  });
});
