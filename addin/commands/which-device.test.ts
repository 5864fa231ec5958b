import { describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../contract/api.ts';
import { whichDevice } from './which-device.ts';

const device = (name: string, state: DeviceStatus['state'], lastSync: string | null): DeviceStatus => ({
  name,
  link: 'tcp 192.168.0.202:4245',
  state,
  lastSync,
});
const old = device('Old', 'disconnected', '2026-11-25T10:00:00Z');
const fresh = device('Fresh', 'connected', null);
const usual = device('Usual', 'connected', '2026-11-20T10:00:00Z');
const other = device('Other', 'connected', '2026-11-24T10:00:00Z');

describe('the device that the Sync button is for', () => {
  it.each([
    [[], undefined],
    [[old], 'Old'],
    [[old, fresh], 'Fresh'],
    [[fresh, usual], 'Usual'],
    [[usual, other], 'Other'],
    [[other, usual, old], 'Other'],
    [[device('A', 'connecting', null), device('B', 'disconnected', null)], 'A'],
  ] as const)('is one that is connected, of those the one that was synced last: %#', (devices, name) => {
    expect(whichDevice(devices)?.name).toBe(name);
  });
});
