/** What the device says of itself in its 220 line (spec: qdsync protocol 2.2). */
import { formatBanner } from '../../qdsync/index.ts';

/** The version of Qt Extended whose protocol the agent speaks, as text and as devices write it. */
const VERSION = '4.4.3';
const HEX_VERSION = 0x04_04_03;
/** The user name of every original device. */
export const LOGIN_NAME = 'root';

export interface DeviceDescription {
  /** Braced UUID. */
  readonly identity: string;
  /** The owner's name; may be empty. */
  readonly owner: string;
  readonly model: string;
  readonly datasets: readonly string[];
  readonly extensions: readonly string[];
}

export function bannerOf(device: DeviceDescription): string {
  return formatBanner({
    version: VERSION,
    challenge: device.identity,
    loginName: LOGIN_NAME,
    displayName: device.owner,
    model: device.model,
    hexVersion: HEX_VERSION,
    // In this order the originals name them.
    datasets: [...device.datasets].sort(),
    extensions: device.extensions,
  });
}
