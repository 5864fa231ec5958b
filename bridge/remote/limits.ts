/** Time limits and sizes of a device's connection. Times in ms. */
import { DEFAULT_MAX_LINE_BYTES } from '../../qdsync/index.ts';

export interface RemoteLimits {
  /** The longest line that a device may send. */
  readonly maxLineBytes: number;
  /** From link up to the 220 over TCP; over serial, where a device may have to notice us first. */
  readonly greetingTcpMs: number;
  readonly greetingSerialMs: number;
  /** From USER to its answer. */
  readonly userMs: number;
  /** From PASS to its answer: a person may have to reach for the device (spec: qdsync protocol 6). */
  readonly loginMs: number;
  /** From the login to the person's word on the code. */
  readonly codeMs: number;
  /** After this long without an answer to PASS the device is taken to be asking its owner. */
  readonly askingMs: number;
  /** An answer that a session waits for, and a device that does not read, from the last byte moved. */
  readonly answerMs: number;
  /** The device's commit, from the last byte moved: it may write a whole store to flash memory. */
  readonly commitMs: number;
  /** The device's answer to serverError. */
  readonly abortMs: number;
  /** From QUIT to its 211. */
  readonly quitMs: number;
  /** Silence after which missing mappings are given up: of a device that sends no 200s, */
  readonly settleMs: number;
  /** of one that sends them, but not all yet, */
  readonly settleAnsweringMs: number;
  /** and of one that has answered all calls but the last. */
  readonly settleLastMs: number;
  /** Silence before a new session, after one that failed: its stray messages must be over. */
  readonly calmMs: number;
}

export const defaultLimits: RemoteLimits = {
  maxLineBytes: DEFAULT_MAX_LINE_BYTES,
  greetingTcpMs: 10_000,
  greetingSerialMs: 30_000,
  userMs: 10_000,
  loginMs: 120_000,
  codeMs: 300_000,
  askingMs: 1_000,
  answerMs: 60_000,
  commitMs: 120_000,
  abortMs: 10_000,
  quitMs: 2_000,
  settleMs: 10_000,
  settleAnsweringMs: 30_000,
  settleLastMs: 2_000,
  calmMs: 1_000,
};

/** What differs between the kinds of link (spec: qdsync protocol 2.1). */
export type LinkKind = 'tcp' | 'serial' | 'greenphone';

export interface HelperSettings {
  /** Ping after this long without a byte written; undefined: never. */
  readonly pingMs: number | undefined;
  /** How long the device waits for us before it drops the session; 0: for ever. */
  readonly deviceTimeoutMs: number;
  readonly ack: boolean;
  /** Whether HELPER_INIT and QUIT are repeated until the device greets. */
  readonly insistent: boolean;
}

const PING_MS = 1_000;
// A serial line without DSR never signals a vanished desktop, so the device must notice by itself.
const SERIAL_DEVICE_TIMEOUT_MS = 30_000;

export const helperSettings: Readonly<Record<LinkKind, HelperSettings>> = {
  tcp: { pingMs: undefined, deviceTimeoutMs: 0, ack: false, insistent: false },
  serial: { pingMs: PING_MS, deviceTimeoutMs: SERIAL_DEVICE_TIMEOUT_MS, ack: false, insistent: true },
  greenphone: { pingMs: PING_MS, deviceTimeoutMs: SERIAL_DEVICE_TIMEOUT_MS, ack: true, insistent: true },
};
