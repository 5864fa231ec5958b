/** The local mailbox's side of a sign-in: nobody signs in, and nobody can. */
import type { SyncError } from '../../contract/errors.ts';
import type { SignIn, SignInState } from './sign-in.ts';

/** Id of the organisation of the local mailbox. */
export const LOCAL_TENANT = 'local';

/** The made-up account of the local mailbox. */
export function localSignIn(user: string): SignIn {
  return unchanging({ kind: 'local', account: { tenant: LOCAL_TENANT, address: user, name: '' } });
}

/** Where nobody can sign in. */
export const noSignIn = (problem: SyncError): SignIn => unchanging({ kind: 'unavailable', problem });

function unchanging(state: SignInState): SignIn {
  return { state, subscribe: () => () => undefined, signIn: () => Promise.resolve(), signOut: null };
}
