/** The account of the local mailbox (demo and tests). It knows no real token and can get none. */
import { SyncError } from '../../contract/errors.ts';
import type { LocalAccount } from './account.ts';

const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);
const userPattern = /^[\w-]{1,64}$/;

/**
 * The account of one user of the local mailbox at an address of this computer.
 * @throws SyncError `mailbox.host-not-allowed` for any other address, `config.invalid` for a bad user name
 */
export function localAccount(address: string, user: string): LocalAccount {
  if (!URL.canParse(address)) throw new SyncError('mailbox.host-not-allowed', address);
  const url = new URL(address);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  if (!isHttp || !loopbackHosts.has(url.hostname) || url.username !== '' || url.password !== '')
    throw new SyncError('mailbox.host-not-allowed', `${address} is not a local mailbox`);
  if (!userPattern.test(user)) throw new SyncError('config.invalid', `user of the local mailbox: ${user}`);
  let renewals = 0;
  return {
    kind: 'local',
    origin: url.origin,
    getToken(fresh) {
      if (fresh) renewals += 1;
      // What follows the tilde makes a new token for the same user, as a real account would get one.
      return renewals === 0 ? `local-${user}` : `local-${user}~${renewals}`;
    },
  };
}
