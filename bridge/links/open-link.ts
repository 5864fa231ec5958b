/** Opens the link that a device is configured with. */
import type { Link, LinkOptions } from './link.ts';
import { openSerial } from './serial.ts';
import { openTcp } from './tcp.ts';

/** @throws SyncError `link.refused`, `link.timeout`, `link.serial-open`, or the signal's reason */
export async function openLink(options: LinkOptions, signal: AbortSignal): Promise<Link> {
  return options.kind === 'tcp' ? openTcp(options, signal) : openSerial(options, signal);
}
