/** What a dataset's session needs of the device's connection, and what it is told by it. */
import type { LinkCounters } from '../../contract/device.ts';
import type { SyncError } from '../../contract/errors.ts';
import type { MessageToDesktop, MessageToDevice } from '../../qdsync/index.ts';
import type { RemoteLimits } from './limits.ts';

/** A connection that is logged in, and the link under it. */
export interface DeviceTransport {
  readonly limits: RemoteLimits;
  /** Calls sent on the connection, and 200s received for them. */
  readonly calls: number;
  readonly answers: number;
  readonly counters: LinkCounters;
  send: (message: MessageToDevice) => void;
  /** Resolves when there is room for more, or the connection has ended. */
  room: () => Promise<void>;
  /** From now on the device owes an answer; when it is overdue the connection ends. Times in ms. */
  expectAnswer: (what: string, limitMs: number) => void;
  /** Asks to be told when nothing has moved for so long. */
  expectQuiet: (limitMs: number) => void;
  expectNothing: () => void;
  /** Stops or resumes reading from the link. */
  setPaused: (paused: boolean) => void;
  /** Says QUIT; the connection ends soon after. */
  quit: () => void;
  /** Resolves when the connection has ended and its link is closed. */
  readonly closed: Promise<undefined>;
}

export interface SyncChannel {
  readonly transport: DeviceTransport;
  /** Names of the datasets that the device announces. */
  readonly datasets: readonly string[];
  /** Whether the device may refuse operations. */
  readonly refusals: boolean;
  /** Whether messages of an older session may still be on their way. */
  isDisturbed: () => boolean;
  /**
   * Makes this the one session of the device.
   * @throws SyncError `device.busy` while there is another, or why the connection ended
   */
  claim: (session: SyncSession) => void;
  /** The session is over. `disturbed`: stray messages of it may follow. */
  release: (session: SyncSession, disturbed: boolean) => void;
}

export interface SyncSession {
  message: (message: MessageToDesktop) => void;
  /** A call was answered. */
  answered: () => void;
  /** The silence that was asked for. */
  quiet: () => void;
  /** All that one piece of input brought has been told. */
  inputEnd: () => void;
  connectionEnded: (error: SyncError) => void;
}
