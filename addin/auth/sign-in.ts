/**
 * Whether somebody is signed in, as a page shows it, and how a person signs in.
 *
 *     looking ──► signed-out ──signIn()──► signing-in ──► signed-in
 *        │             ▲                    │    ▲            │ the session ended, a permission is missing,
 *        │             └── not finished ────┘    │signIn()    ▼ or the service asks for more (claims challenge)
 *        └──────────────────────────────► interaction-required
 *
 * `unavailable` and `local` never change.
 */
import type { SyncError } from '../../contract/errors.ts';
import type { TokenSource } from './account.ts';
import type { Permission } from './permissions.ts';

/** Who is signed in. */
export interface Account {
  /** Id of the organisation; `local` for the local mailbox. */
  readonly tenant: string;
  /** The address signed in with. */
  readonly address: string;
  /** For people; empty where unknown. */
  readonly name: string;
}

export type SignInState =
  /** Nobody knows yet; it shows by itself, without a person. */
  | { readonly kind: 'looking' }
  /** Nobody can sign in here: the bridge names no app registration. */
  | { readonly kind: 'unavailable'; readonly problem: SyncError }
  /** `problem`: why the last attempt came to nothing. */
  | { readonly kind: 'signed-out'; readonly problem: SyncError | null }
  /** Somebody is signed in, but Microsoft wants to ask them something. */
  | {
      readonly kind: 'interaction-required';
      readonly account: Account;
      /** `permission`: to agree to it. `challenge`: the organisation asks for more. `expired`: to sign in again. */
      readonly why: 'permission' | 'challenge' | 'expired';
      readonly permissions: readonly Permission[];
      readonly problem: SyncError | null;
    }
  /** Microsoft's window is open. */
  | { readonly kind: 'signing-in' }
  | { readonly kind: 'signed-in'; readonly account: Account }
  /** The local mailbox of demo and tests: no real account, and shown as such. */
  | { readonly kind: 'local'; readonly account: Account };

export interface SignIn {
  /** The same object until it changes. */
  readonly state: SignInState;
  /** Calls the listener after each change, until the function returned is called. */
  subscribe(listener: () => void): () => void;
  /**
   * Opens Microsoft's window for whatever is to be asked now: call it from a click, since browsers open windows at no
   * other time. Permissions of the datasets named are asked for in the same window. Does nothing while one is open,
   * and where nobody can sign in. Resolves when it is over; how it went is in the state.
   */
  signIn(datasets?: readonly string[]): Promise<void>;
  /** Forgets who is signed in; null where Outlook itself decides that. */
  readonly signOut: (() => Promise<void>) | null;
}

/** Sign-in and tokens of a real account in a page. */
export interface TokenProvider extends TokenSource, SignIn {}
