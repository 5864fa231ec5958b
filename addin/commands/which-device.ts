/** Which device the Sync button is for: the ribbon has no room for a choice. Pure. */
import type { DeviceStatus } from '../../contract/api.ts';

/** One that is connected, of those the one that was synced last; undefined: there is none at all. */
export function whichDevice(devices: readonly DeviceStatus[]): DeviceStatus | undefined {
  const rank = ({ state, lastSync }: DeviceStatus): readonly [number, number] => [
    state === 'connected' ? 1 : 0,
    lastSync === null ? 0 : Date.parse(lastSync),
  ];
  return devices.toSorted((a, b) => {
    const [[connectedA, syncedA], [connectedB, syncedB]] = [rank(a), rank(b)];
    return connectedB - connectedA || syncedB - syncedA;
  })[0];
}
