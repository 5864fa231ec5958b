/** Public face of qdsync/: the wire protocol, shared by both ends. No I/O. */
export { formatBanner, parseBanner, type Banner, type DeviceGreeting } from './banner.ts';
export {
  PASSWORD_PREFIX,
  QUIT,
  encodeCallB,
  escapeArgument,
  formatCall,
  formatChannelNotRegistered,
  formatPass,
  formatStatus,
  formatUser,
  parseLine,
  statusTexts,
  unescapeArgument,
  type Call,
  type Line,
} from './commands.ts';
export { fingerprintOf, makeIdentity, ownFingerprint, type TlsIdentity } from './extension/identity.ts';
export {
  PAIRED,
  TLS,
  commonExtensions,
  extensions,
  formatExtend,
  formatExtended,
  formatNonce,
  formatPair,
  knownExtensions,
  type Extension,
} from './extension/names.ts';
export { commitmentOf, isNonce, newNonce, pairingCode } from './extension/pairing.ts';
export { secure, type Secured } from './extension/secure.ts';
export {
  FORWARDED_MESSAGE,
  encodeForwarded,
  forward,
  forwardingChannel,
  isForwarded,
  unwrapForwarded,
  type Receiver,
} from './forwarding.ts';
export { formatHelper, parseHelper, type HelperLine } from './helper.ts';
export { Inbound, type Received } from './inbound.ts';
export { DEFAULT_MAX_LINE_BYTES, LineSplitter, encodeLine, type Split } from './lines.ts';
export {
  SYNC_VERSION,
  decodeForDesktop,
  decodeForDevice,
  describeMessage,
  encodeMessage,
  encodeMessageLine,
  forwardMessage,
  isChannelOf,
  messages,
  readForDesktop,
  readForDevice,
  signatureOf,
  type Message,
  type MessageName,
  type MessageToDesktop,
  type MessageToDevice,
} from './messages.ts';
export { Outbound } from './outbound.ts';
export { type Result, type WireProblem } from './result.ts';
