/** Messages to the desktop as an original device writes them. */
import { encodeForwarded, encodeMessage, type MessageToDesktop } from '../../qdsync/index.ts';

/** Where the two date-times of clientSyncAnchors have their spec byte. */
const SPEC_OFFSETS = [8, 17] as const;
const SPEC_LOCAL = 0xff;

/** The whole line of a message, wrapped and ended by LF. */
export function encodeForDesktop(message: MessageToDesktop): Buffer {
  const call = encodeMessage(message);
  if (message.name === 'clientSyncAnchors' && call.args !== null) {
    // Devices say "local time" of their UTC clock; an original desktop compares anchors with that included.
    for (const offset of SPEC_OFFSETS) call.args[offset] = SPEC_LOCAL;
  }
  return encodeForwarded('desktop', call);
}
