/** Sessions of the client plugin proxy, on the test's fake clock. */
import { vi } from 'vitest';
import type { ClientChange, ClientSyncPlugin, DesktopHeader } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import type { RemoteHarness } from './remote-harness.ts';

export const SECOND = 1_000;
export const HEADER: DesktopHeader = {
  identity: '{7c1a5d3e-0b6f-4b7e-9f30-2f0e5d6a1b2c}',
  last: null,
  next: Date.UTC(2026, 10, 22, 22, 50, 42, 820),
};
export const { signal } = new AbortController();

export function record(serverId: string): string {
  return `<Contact><Identifier localIdentifier="false">${serverId}</Identifier></Contact>`;
}

export async function collect(plugin: ClientSyncPlugin): Promise<ClientChange[]> {
  const all: ClientChange[] = [];
  for await (const chunk of plugin.changes('slow', signal)) all.push(...chunk);
  return all;
}

export async function create(
  plugin: ClientSyncPlugin,
  serverId: string,
  mapped: string[] = [],
): Promise<void> {
  await plugin.apply({ kind: 'create', serverId, xml: record(serverId) }, (id) => mapped.push(id));
}

/** A session that is ready for operations. */
export async function openSession(harness: RemoteHarness): Promise<ClientSyncPlugin> {
  const plugin = harness.remote.plugins.create('contacts');
  await plugin.begin(HEADER, signal);
  await collect(plugin);
  return plugin;
}

/** What a promise came to, once time has passed. */
export async function outcome(promise: Promise<unknown>, ms: number): Promise<string> {
  const result = promise.then(
    () => 'done',
    (error: unknown) => (error instanceof SyncError ? error.code : String(error)),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return Promise.race([result, Promise.resolve('waiting')]);
}
