/** Devices on the network that announce themselves by DNS-SD (RFC 6763) as `_qdsync._tcp`. Looking for them writes to none. */
import type { Bonjour, Service } from 'bonjour-service';
import type { FoundDevice } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';

const TYPE = 'qdsync';
/** What a name in the configuration ends with, so that it is looked up here: `Neo._qdsync._tcp.local`. */
const SUFFIX = `._${TYPE}._tcp.local`;
/** Devices answer within a second; a phone that sleeps may take longer. */
export const LOOK_MS = 3000;
/** Announcements are anybody's to make. */
const MAX_FOUND = 100;

/** Looks around for so many milliseconds; a name that is wanted ends it early. */
export async function findDevices(
  signal: AbortSignal,
  { ms = LOOK_MS, wanted }: { readonly ms?: number; readonly wanted?: string } = {},
): Promise<readonly FoundDevice[]> {
  const { Bonjour: Library } = await import('bonjour-service');
  const found = new Map<string, FoundDevice>();
  let failed: Error | undefined;
  let done = (): void => undefined;
  const over = new Promise<void>((resolve) => (done = resolve));
  const bonjour: Bonjour = new Library({}, (error: Error) => {
    failed = error;
    done();
  });
  const timer = setTimeout(done, ms);
  signal.addEventListener('abort', done, { once: true });
  bonjour.find({ type: TYPE }, (service) => {
    if (found.size >= MAX_FOUND) return;
    const device = describe(service);
    found.set(device.name, device);
    if (device.name === wanted) done();
  });
  try {
    await over;
    signal.throwIfAborted();
    if (failed !== undefined) throw new SyncError('link.search', failed.message, { cause: failed });
    return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    bonjour.destroy();
  }
}

/**
 * The address of a host name of the configuration that is a DNS-SD name; undefined for every other one.
 * @throws SyncError `link.refused` when nobody announces it
 */
export async function lookUp(
  host: string,
  signal: AbortSignal,
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  if (!host.endsWith(SUFFIX)) return undefined;
  const wanted = host.slice(0, -SUFFIX.length);
  const device = (await findDevices(signal, { wanted })).find(({ name }) => name === wanted);
  const address = device?.addresses[0];
  if (device === undefined || address === undefined)
    throw new SyncError('link.refused', `nobody announces ${wanted}`);
  return { host: address, port: device.port };
}

function describe({ name, addresses = [], port, txt }: Service): FoundDevice {
  const model = (txt as Readonly<Record<string, unknown>> | undefined)?.model;
  return {
    name: name.slice(0, 100),
    // IPv4 first: a link-local IPv6 address says nothing without its interface.
    addresses: [...addresses].filter((address) => !address.startsWith('fe80:')).slice(0, 10),
    port,
    model: typeof model === 'string' ? model.slice(0, 100) : null,
    service: `${name.slice(0, 100)}${SUFFIX}`,
  };
}
