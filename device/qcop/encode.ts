/** The one message to the desktop that an original device writes in its own way. */
import { encodeMessage, forward, type Call, type Message } from '../../qdsync/index.ts';

/** Where its two date-times have their spec byte. */
const SPEC_OFFSETS = [8, 17] as const;
const SPEC_LOCAL = 0xff;

/** The call that brings the device's anchors to the desktop. */
export function anchorsCall(message: Message<'clientSyncAnchors'>): Call {
  const call = encodeMessage(message);
  // Devices say "local time" of their UTC clock; an original desktop compares anchors with that included.
  if (call.args !== null) for (const offset of SPEC_OFFSETS) call.args[offset] = SPEC_LOCAL;
  return forward('desktop', call);
}
