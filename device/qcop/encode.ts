/** Messages to the desktop as an original device writes them. */
import { encodeMessage, forward, type Call, type MessageToDesktop } from '../../qdsync/index.ts';

/** Where the two date-times of clientSyncAnchors have their spec byte. */
const SPEC_OFFSETS = [8, 17] as const;
const SPEC_LOCAL = 0xff;

/** The call that brings a message to the desktop. */
export function callForDesktop(message: MessageToDesktop): Call {
  const call = encodeMessage(message);
  if (message.name === 'clientSyncAnchors' && call.args !== null) {
    // Devices say "local time" of their UTC clock; an original desktop compares anchors with that included.
    for (const offset of SPEC_OFFSETS) call.args[offset] = SPEC_LOCAL;
  }
  return forward('desktop', call);
}
