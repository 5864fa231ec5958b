/** The remote engine with a wire device at the other end of a link in memory, on the test's fake clock. */
import type { SyncError } from '../../contract/errors.ts';
import type { ConnectionEvent } from '../../bridge/remote/connection-events.ts';
import { LinkDriver } from '../../bridge/remote/link-driver.ts';
import { defaultLimits, type LinkKind, type RemoteLimits } from '../../bridge/remote/limits.ts';
import { QCopConnection } from '../../bridge/remote/qcop-connection.ts';
import { RemoteDevice } from '../../bridge/remote/remote-device.ts';
import { MemoryLink } from './memory-link.ts';
import { WireDevice, WireDeviceStore, type WireDeviceOptions } from './wire-device.ts';

export interface RemoteHarness {
  readonly wire: WireDevice;
  readonly store: WireDeviceStore;
  readonly link: MemoryLink;
  readonly driver: LinkDriver;
  readonly events: readonly ConnectionEvent[];
  /** The device after login. */
  readonly remote: RemoteDevice;
  /** Why the connection ended; null while it has not. */
  readonly endError: () => SyncError | undefined | null;
}

/** Lets everything happen that needs no time. */
export async function settleDown(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export async function connectToWireDevice(
  options: WireDeviceOptions & {
    readonly kind?: LinkKind;
    readonly limits?: Partial<RemoteLimits>;
    readonly store?: WireDeviceStore;
  } = {},
): Promise<RemoteHarness> {
  const limits = { ...defaultLimits, ...options.limits };
  const store = options.store ?? new WireDeviceStore();
  const events: ConnectionEvent[] = [];
  let remote: RemoteDevice | undefined;
  let endError: SyncError | undefined | null = null;
  const link = new MemoryLink((bytes) => wire.receive(bytes));
  const wire: WireDevice = new WireDevice((bytes) => link.push(bytes), store, options);
  const driver: LinkDriver = new LinkDriver({
    link,
    connection: new QCopConnection({
      link: options.kind ?? 'tcp',
      limits,
      passwordFor: () => ({ text: 'abcdefgh', known: true }),
    }),
    limits,
    pieceBytes: 65_536,
    now: () => performance.now(),
    onInputEnd: () => remote?.inputEnd(),
    onEvent: (event) => {
      events.push(event);
      if (event.kind === 'logged-in') remote = new RemoteDevice(event.banner, driver, event.extensions);
      if (event.kind === 'message') remote?.message(event.message);
      if (event.kind === 'answered') remote?.answered();
      if (event.kind === 'quiet') remote?.quiet();
      if (event.kind === 'ended') {
        endError = event.error;
        remote?.connectionEnded(event.error);
      }
    },
  });
  driver.start();
  await settleDown();
  if (remote === undefined) throw new Error('the login failed');
  return { wire, store, link, driver, events, remote, endError: () => endError };
}
