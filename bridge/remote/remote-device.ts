/** A device that is logged in: its notices, its owner's wishes, and one dataset session at a time. No I/O. */
import type { ClientPluginFactory, ClientSyncPlugin } from '../../contract/client-plugin.ts';
import type {
  DeviceBanner,
  DeviceConnection,
  DeviceNotice,
  DeviceRequest,
  LinkCounters,
} from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import type { Extension, MessageToDesktop, MessageToDevice } from '../../qdsync/index.ts';
import { deferred } from './deferred.ts';
import type { DeviceTransport, SyncChannel, SyncSession } from './sync-channel.ts';
import { SyncPluginProxy } from './sync-plugin-proxy.ts';

export class RemoteDevice implements DeviceConnection {
  readonly banner: DeviceBanner;
  readonly plugins: ClientPluginFactory;
  readonly ended: Promise<Error | undefined>;
  readonly #transport: DeviceTransport;
  readonly #end = deferred<SyncError | undefined>();
  readonly #requestHandlers: ((request: DeviceRequest) => void)[] = [];
  #endError: SyncError | undefined;
  #session: SyncSession | undefined;
  #disturbed = false;

  constructor(banner: DeviceBanner, transport: DeviceTransport, extensions: readonly Extension[]) {
    this.banner = banner;
    this.#transport = transport;
    this.ended = this.#end.promise;
    const channel = this.#channel(extensions.includes('guard'));
    this.plugins = {
      datasets: banner.datasets,
      abilities: {
        preciseAnchors: extensions.includes('anchors'),
        recordTimes: extensions.includes('times'),
        refusals: extensions.includes('guard'),
        briefCreates: extensions.includes('brief'),
        fieldsCreates: extensions.includes('fields'),
      },
      create: (dataset): ClientSyncPlugin => new SyncPluginProxy(dataset, channel),
    };
  }

  /** Lines and bytes moved since the link was opened. */
  get counters(): LinkCounters {
    return this.#transport.counters;
  }

  notify(notice: DeviceNotice): void {
    this.#transport.send(noticeMessage(notice));
  }

  onRequest(handler: (request: DeviceRequest) => void): void {
    this.#requestHandlers.push(handler);
  }

  async close(): Promise<void> {
    this.#transport.quit();
    await this.#transport.closed;
  }

  /** A message came. */
  message(message: MessageToDesktop): void {
    if (message.name === 'startSync' || message.name === 'cancelSync') {
      for (const handler of this.#requestHandlers) handler(message.name);
    } else {
      // Without a session it is a stray of an older one.
      this.#session?.message(message);
    }
  }

  answered(): void {
    this.#session?.answered();
  }

  quiet(): void {
    this.#disturbed = false;
    this.#session?.quiet();
  }

  inputEnd(): void {
    this.#session?.inputEnd();
  }

  /** The connection is over; no error: we closed it. */
  connectionEnded(error: SyncError | undefined): void {
    this.#endError = error ?? new SyncError('link.not-connected');
    this.#session?.connectionEnded(this.#endError);
    this.#end.resolve(error);
  }

  #channel(refusals: boolean): SyncChannel {
    return {
      transport: this.#transport,
      datasets: this.banner.datasets,
      refusals,
      isDisturbed: () => this.#disturbed,
      claim: (session) => {
        if (this.#endError !== undefined) throw this.#endError;
        if (this.#session !== undefined) throw new SyncError('device.busy');
        this.#session = session;
      },
      release: (session, disturbed) => {
        if (this.#session === session) this.#session = undefined;
        this.#disturbed ||= disturbed;
      },
    };
  }
}

function noticeMessage(notice: DeviceNotice): MessageToDevice {
  switch (notice.kind) {
    case 'syncStart':
    case 'syncEnd':
      return { name: notice.kind };
    case 'syncSteps':
      return { name: 'syncSteps', total: notice.total };
    case 'syncProgress':
      return { name: 'syncProgress', step: notice.step };
    case 'displayText':
      return { name: 'displayText', text: notice.text };
  }
}
