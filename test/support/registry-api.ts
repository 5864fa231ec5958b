/** The bridge's host registry as a host sees it over HTTP: a copy of everything that passes. */
import type { HostApi } from '../../addin/hosts/bridge-client.ts';
import { DEFAULT_OUTLOOK_SETTINGS } from '../../contract/api.ts';
import type { HostRegistry } from '../../bridge/hosts/host-registry.ts';

export function registryApi(registry: HostRegistry): HostApi {
  return {
    attach: async (request) => ({
      host: registry.attach(structuredClone(request)),
      settings: DEFAULT_OUTLOOK_SETTINGS,
    }),
    next: async (request, signal) => structuredClone(await registry.next(request, signal)),
    answer: async (host, call, answer) => registry.answer(host, call, structuredClone(answer)),
    detach: async (host) => registry.detach(host),
  };
}
