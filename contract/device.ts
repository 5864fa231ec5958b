/** A connected handheld, as the rest of the bridge sees it. */
import type { ClientPluginFactory } from './client-plugin.ts';

/** What the device said of itself in its banner (spec: qdsync protocol 2.2). */
export interface DeviceBanner {
  /** `4.4.3` in `220 Qtopia 4.4.3;…`. */
  readonly version: string;
  /** Unique device id, a braced UUID. */
  readonly challenge: string;
  readonly loginName: string;
  /** Owner's name, for display; may be empty. */
  readonly displayName: string;
  readonly model: string;
  readonly datasets: readonly string[];
  /** Names of the extensions that it offers (docs/protocol-extensions.md). */
  readonly extensions: readonly string[];
  /** Every key=value of the banner, as sent. */
  readonly properties: Readonly<Record<string, string>>;
}

/** What the desktop may tell the device besides the datasets' sessions (spec: qdsync protocol 5). */
export type DeviceNotice =
  | { readonly kind: 'syncStart' | 'syncEnd' }
  | { readonly kind: 'syncSteps'; readonly total: number }
  | { readonly kind: 'syncProgress'; readonly step: number }
  | { readonly kind: 'displayText'; readonly text: string };

/** What the device's owner may ask for. */
export type DeviceRequest = 'startSync' | 'cancelSync';

/** What a link has moved since it was opened. */
export interface LinkCounters {
  readonly linesIn: number;
  readonly linesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A device that is connected and logged in. */
export interface DeviceConnection {
  readonly banner: DeviceBanner;
  readonly plugins: ClientPluginFactory;
  readonly counters: LinkCounters;
  notify(notice: DeviceNotice): void;
  onRequest(handler: (request: DeviceRequest) => void): void;
  /** Resolves when the connection has ended, with the reason; undefined when we closed it. */
  readonly ended: Promise<Error | undefined>;
  /** Says QUIT and closes the link. Never rejects. */
  close(): Promise<void>;
}

/** State of the link to a configured device, for people. */
export type DeviceLinkState =
  | { readonly state: 'disconnected'; readonly problem?: { readonly code: string; readonly message: string } }
  | { readonly state: 'connecting' }
  /** The device asks its owner whether to let this desktop in. */
  | { readonly state: 'waiting-for-allow' }
  /** The device shows this code, if nobody is between; a person has to say that it does. */
  | { readonly state: 'waiting-for-code'; readonly code: string }
  | { readonly state: 'connected'; readonly banner: DeviceBanner; readonly protection: LinkProtection };

/** `not-needed`: a cable, or this PC itself. `none`: a person has consented to that. */
export type LinkProtection = 'tls' | 'none' | 'not-needed';
