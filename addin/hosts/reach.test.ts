import { describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { explainFailure, localNetworkPermission } from './reach.ts';

const permissions = (known: Readonly<Record<string, string>>): Pick<Permissions, 'query'> => ({
  query: ({ name }) => {
    const state = known[name];
    return state === undefined
      ? Promise.reject(new TypeError(name))
      : Promise.resolve({ state } as PermissionStatus);
  },
});

describe('the permission to reach this PC', () => {
  it('goes by its newest name that the browser knows', async () => {
    expect(await localNetworkPermission(permissions({ 'local-network-access': 'denied' }))).toBe('denied');
    const both = permissions({ 'local-network-access': 'denied', 'loopback-network': 'granted' });
    expect(await localNetworkPermission(both)).toBe('granted');
  });

  it('is unknown to other browsers', async () => {
    expect(await localNetworkPermission(permissions({}))).toBe('unknown');
    expect(await localNetworkPermission(null)).toBe('unknown');
  });
});

describe('why the bridge is not reached', () => {
  const explain = async (code: SyncError['code'], state: 'denied' | 'granted' | 'prompt' | 'unknown') =>
    (await explainFailure(new SyncError(code), () => Promise.resolve(state))).code;

  it('is the browser, where it has been told to deny it', async () => {
    expect(await explain('bridge.not-running', 'denied')).toBe('bridge.no-permission');
  });

  it.each(['granted', 'prompt', 'unknown'] as const)(
    'is that it does not run, otherwise: %s',
    async (state) => {
      expect(await explain('bridge.not-running', state)).toBe('bridge.not-running');
    },
  );

  it.each(['api.invalid', 'api.not-found', 'api.forbidden', 'api.unauthorized'] as const)(
    'is another program, where that answers: %s',
    async (code) => {
      expect(await explain(code, 'granted')).toBe('bridge.port-taken');
    },
  );

  it('stays what the bridge itself says', async () => {
    expect(await explain('api.locked', 'denied')).toBe('api.locked');
  });
});
