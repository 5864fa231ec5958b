/** The start of a dataset's session: identities, versions and anchors (spec: sync engine, section 3 step 1). */
import type { ClientHeader, ClientSyncPlugin } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import type { Folder } from '../store/folders.ts';
import type { Partnership } from '../store/partnerships.ts';
import type { SessionContext } from './context.ts';
import { headerIsUsable } from './decide.ts';

/** The version of the sync messages that both ends must have (spec: qdsync protocol, section 4). */
const VERSION = '4.3.0';
/** How often a header is begun again because its second could not be told from another session's. */
const MAX_TRIES = 5;
/** A second, and a little for clocks that do not tick alike. */
const SECOND_MS = 1_050;
/** The same for devices whose times count to the millisecond. */
const MOMENT_MS = 2;

export interface OpenHeader {
  readonly client: ClientSyncPlugin;
  readonly header: ClientHeader;
  readonly partnership: Partnership;
  /** Our own `next`, in ms since 1970. */
  readonly desktopNext: number;
  /** Our clock when the header came. */
  readonly at: number;
}

/** Begins a session with the device; begins again while the header's second is taken. */
export async function openHeader(context: SessionContext, folder: Folder): Promise<OpenHeader> {
  const { store, clock, definition, signal } = context;
  const precise = context.client.abilities.preciseAnchors;
  // The banner's id and the dataset's identity are the same on every device known; if not, the identity counts.
  let partnership = store.partnerships.open(context.device.id, folder.id);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) {
      context.progress('header', 0, null, 'Waiting for the device’s clock');
      await clock.sleep(precise ? MOMENT_MS : SECOND_MS, signal);
    }
    const client = context.client.create(definition.name);
    const desktopNext = clock.now();
    const header = await client.begin(
      { identity: folder.identity, last: partnership.desktopAnchor, next: desktopNext },
      signal,
    );
    if (header.version.join('.') !== VERSION) {
      await client.abort();
      throw new SyncError('wire.version', header.version.join('.'));
    }
    if (header.identity !== partnership.device) {
      partnership = store.partnerships.open(header.identity, folder.id);
    }
    if (headerIsUsable(header, store.journal.lastDeviceNext(partnership.id), precise)) {
      return { client, header, partnership, desktopNext, at: clock.now() };
    }
    await client.abort();
  }
  throw new SyncError('sync.clock', definition.name);
}
