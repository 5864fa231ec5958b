/** Which addresses a real account's token may be sent to: Microsoft's Graph hosts, over HTTPS, and no other. */
import { SyncError } from '../../../contract/errors.ts';

/** Origin of every link that the service makes, and of every request that we build. */
export const GRAPH_ORIGIN = 'https://graph.microsoft.com';

const graphOrigins: ReadonlySet<string> = new Set([
  GRAPH_ORIGIN,
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
]);

/**
 * Parses an address that a token is about to be sent to. The whole URL is parsed by the same rules as fetch() uses,
 * so that no user-info, port or look-alike host slips through.
 * @throws SyncError `mailbox.host-not-allowed`
 */
export function requireGraphHost(address: string): URL {
  if (!URL.canParse(address)) throw new SyncError('mailbox.host-not-allowed', address.slice(0, 200));
  const url = new URL(address);
  if (!graphOrigins.has(url.origin) || url.username !== '' || url.password !== '')
    throw new SyncError('mailbox.host-not-allowed', url.origin);
  return url;
}
