import { describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { DEFAULT_UNATTENDED } from '../../contract/unattended.ts';
import { UnattendedSyncs } from './unattended.ts';

const MINUTE = 60_000;

function bench() {
  const world = {
    now: Date.parse('2026-03-02T10:00:00'),
    on: true,
    connected: true,
    lastSync: null as string | null,
    host: true,
    paused: false,
    busy: false,
    fails: false,
  };
  const started: string[] = [];
  const told: (string | undefined)[] = [];
  const syncs = new UnattendedSyncs({
    settings: () => ({ ...DEFAULT_UNATTENDED, on: world.on, everyMinutes: 30 }),
    devices: () => [{ name: 'Neo', connected: world.connected, lastSync: world.lastSync }],
    hasHost: () => world.host,
    isPaused: () => world.paused,
    manager: {
      isBusy: () => world.busy,
      start: ({ device, attended }) => {
        if (world.fails) throw new SyncError('device.busy');
        expect(attended).toBe(false);
        started.push(device ?? '');
        return 'job';
      },
    },
    now: () => new Date(world.now),
    log: (_device, refused) => told.push(refused),
  });
  const after = (minutes: number, change: Partial<typeof world> = {}): number => {
    Object.assign(world, change);
    world.now += minutes * MINUTE;
    syncs.look();
    return started.length;
  };
  return { after, started, told };
}

describe('[UNATT-1] syncs that nobody asks for', () => {
  it('begin with the connection, then by the clock, and again with the next connection', () => {
    const { after } = bench();
    expect(after(0)).toBe(1);
    expect(after(29)).toBe(1);
    expect(after(1)).toBe(2);
    after(1, { connected: false });
    expect(after(6, { connected: true })).toBe(3);
  });

  it('count from what a person has synced meanwhile', () => {
    const { after } = bench();
    expect(after(0)).toBe(1);
    expect(after(30, { lastSync: '2026-03-02T10:20:00' })).toBe(1);
    expect(after(20)).toBe(2);
  });

  it.each([{ on: false }, { host: false }, { paused: true }, { busy: true }, { connected: false }])(
    'do not begin while %j, and are made up for',
    (change) => {
      const { after } = bench();
      expect(after(0, change)).toBe(0);
      expect(after(1, { on: true, host: true, paused: false, busy: false, connected: true })).toBe(1);
    },
  );

  it('that cannot begin are told by their reason, and are not tried at once again', () => {
    const { after, told } = bench();
    after(0, { fails: true });
    after(1);
    expect(told).toEqual(['device.busy']);
  });
});
