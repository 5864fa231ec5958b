/**
 * Why the bridge cannot be reached from a page. A browser tells the page nothing but "failed"; what else can be found out
 * tells a bridge that does not run, a browser that does not let the page reach this PC, and a foreign program apart.
 */
import { SyncError } from '../../contract/errors.ts';

/** Names that browsers have for the permission to reach this PC from a page of the internet, newest first. */
const PERMISSIONS = ['loopback-network', 'local-network-access'];

export type PermissionState = 'granted' | 'prompt' | 'denied' | 'unknown';

/** How the browser holds it with pages that want to reach this PC; `unknown` where it has no such permission. */
export async function localNetworkPermission(
  permissions: Pick<Permissions, 'query'> | null = (navigator as Partial<Navigator>).permissions ?? null,
): Promise<PermissionState> {
  if (permissions === null) return 'unknown';
  for (const name of PERMISSIONS) {
    try {
      return (await permissions.query({ name: name as PermissionName })).state;
    } catch {
      // TypeError: a name that this browser does not know. It may know an older one.
    }
  }
  return 'unknown';
}

/**
 * What a failed first request means. `failure` is what the bridge's client threw.
 * @returns SyncError `bridge.no-permission`, `bridge.port-taken`, or the failure as it was
 */
export async function explainFailure(
  failure: SyncError,
  permission: () => Promise<PermissionState> = () => localNetworkPermission(),
): Promise<SyncError> {
  switch (failure.code) {
    case 'bridge.not-running':
      return (await permission()) === 'denied'
        ? new SyncError('bridge.no-permission', failure.detail, { cause: failure })
        : failure;
    // The first question has one answer, and needs no key: whoever answers otherwise is no bridge.
    case 'api.invalid':
    case 'api.not-found':
    case 'api.forbidden':
    case 'api.unauthorized':
      return new SyncError('bridge.port-taken', failure.detail, { cause: failure });
    default:
      return failure;
  }
}
