/** The account of a page: a local mailbox's where the bridge names one, else a real one. */
import { DEFAULT_LOCAL_USER, type Hello } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { bridgeQuery } from '../hosts/bridge-address.ts';
import type { OfficeHost } from '../hosts/office-host.ts';
import type { GraphAccount } from './account.ts';
import { askInDialog } from './dialog-sign-in.ts';
import { localAccount } from './local-account.ts';
import { LOCAL_TENANT, localSignIn, noSignIn } from './local-sign-in.ts';
import { MicrosoftSignIn } from './microsoft-sign-in.ts';
import { DEFAULT_AUTHORITY, openMsal } from './msal.ts';
import { MAILBOX_PERMISSIONS } from './permissions.ts';
import type { SignIn } from './sign-in.ts';

/** How long a request waits for a person to sign in where one can: below the life of a plugin call. In ms. */
export const PERSON_MS = 5 * 60_000;

export interface PageAccount {
  readonly signIn: SignIn;
  /** What the mailbox is opened with; null where there is none. */
  readonly mailbox: {
    readonly account: GraphAccount;
    /**
     * Id of the organisation.
     * @throws SyncError as TokenSource does
     */
    readonly tenant: (signal: AbortSignal) => Promise<string>;
  } | null;
}

export interface PageAccountOptions {
  readonly outlook: Hello['outlook'];
  readonly office: OfficeHost;
  /** Origin of this page. */
  readonly origin: string;
  /** How long a token request waits for a person, in ms; 0 where nobody can be asked. */
  readonly patienceMs: number;
}

export function openPageAccount({ outlook, office, origin, patienceMs }: PageAccountOptions): PageAccount {
  const { localMailbox, clientId } = outlook;
  if (localMailbox !== null) {
    const user = outlook.localUser ?? DEFAULT_LOCAL_USER;
    const account = localAccount(localMailbox, user);
    return { signIn: localSignIn(user), mailbox: { account, tenant: () => Promise.resolve(LOCAL_TENANT) } };
  }
  if (clientId === null) return { signIn: noSignIn(new SyncError('mailbox.not-configured')), mailbox: null };

  const registration = { clientId, authority: outlook.authority ?? DEFAULT_AUTHORITY, origin };
  const tokens = new MicrosoftSignIn({
    nested: office.supports('NestedAppAuth', '1.1'),
    open: (nested) => openMsal(registration, nested),
    ...(office.kind === 'outlook' && { askInDialog: askInDialog(office, origin, bridgeQuery(location)) }),
    ...(office.user !== null && { hint: office.user.address }),
    patienceMs,
  });
  return {
    signIn: tokens,
    mailbox: {
      account: { kind: 'microsoft', tokens },
      async tenant(signal) {
        await tokens.getToken({ permissions: MAILBOX_PERMISSIONS }, signal);
        return tokens.account?.tenant ?? '';
      },
    },
  };
}
