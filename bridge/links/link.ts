/** A byte stream to a device. Links know nothing of qdsync. */
import type { SyncError } from '../../contract/errors.ts';
import type { TlsIdentity } from '../../qdsync/index.ts';

export type LinkOptions =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'serial';
      readonly path: string;
      /** In baud. */
      readonly baudRate: number;
      /** The quirks of the Greenphone's USB serial driver (spec: qdsync protocol 2.1). */
      readonly greenphone: boolean;
    };

export interface LinkHandler {
  /** Bytes arrived. They are the handler's to keep. */
  received: (bytes: Uint8Array) => void;
  /** The line came up by itself: the other end was plugged in or switched on. Only some links can tell. */
  up: () => void;
  /** Exactly once, and the last call: the link is gone. No error: it was closed, by us or by the other end. */
  ended: (error: SyncError | undefined) => void;
}

export interface Link {
  /** For people: `tcp 192.168.0.202:4245`. */
  readonly description: string;
  /** Begins to deliver; nothing is lost before. To be called once. */
  start: (handler: LinkHandler) => void;
  /**
   * Hands bytes over. Resolves when the next ones may come; rejects with a SyncError when the link is gone,
   * however long the other end has not been reading by then. One call at a time.
   */
  write: (bytes: Uint8Array) => Promise<void>;
  /**
   * Turns the link into TLS, once everything said is written and the other end waits for it; tells the fingerprint of the
   * other end's key. Rejects with a SyncError. Links that nobody can get between do not have it.
   */
  secure?: (identity: TlsIdentity) => Promise<string>;
  /** Stops delivering, so that the other end has to wait; what is on its way is kept. */
  pause: () => void;
  resume: () => void;
  /** Resolves when the link is closed. Never rejects; may be called again. */
  close: () => Promise<void>;
}

/** `serial /dev/ttyUSB0 at 115200 baud` */
export function describeLink(options: LinkOptions): string {
  return options.kind === 'tcp'
    ? `tcp ${options.host}:${options.port}`
    : `serial ${options.path} at ${options.baudRate} baud`;
}

/** Whether what is reached by this name or address is this PC itself. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
