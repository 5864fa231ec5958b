/**
 * Whose mailbox a Graph client talks to, and how it gets its tokens.
 *
 * The two kinds are kept apart in types on purpose: a real account's token can only travel through the sender that
 * talks to Microsoft's hosts, and the sender that talks to a local mailbox has no way to get a token but the made-up
 * one that names its user.
 */
import type { Permission } from './permissions.ts';

export interface TokenRequest {
  /** What the token must allow. */
  readonly permissions: readonly Permission[];
  /**
   * The service refused the last token: none is taken from a cache. `claims` is the JSON text of what it asks for
   * besides (a claims challenge), null when it asks for nothing.
   */
  readonly refused?: { readonly claims: string | null };
}

/** Where the tokens of a real account come from. MSAL in a page and MSAL for Node implement it. */
export interface TokenSource {
  /**
   * An access token for Microsoft Graph.
   * @throws SyncError `mailbox.signed-out` when a person has to do something first; `sign-in.*`, `mailbox.unavailable`
   */
  getToken(request: TokenRequest, signal: AbortSignal): Promise<string>;
}

export interface MicrosoftAccount {
  readonly kind: 'microsoft';
  readonly tokens: TokenSource;
}

/** The token of the local mailbox: no secret, it only says which user's mailbox is meant. */
export type LocalToken = `local-${string}`;

/** A mailbox of the stand-in for Microsoft Graph that demo and tests use. */
export interface LocalAccount {
  readonly kind: 'local';
  /** `http://127.0.0.1:PORT`: always an address of this computer. */
  readonly origin: string;
  /** `fresh`: the last one was refused as expired. */
  getToken(fresh: boolean): LocalToken;
}

export type GraphAccount = MicrosoftAccount | LocalAccount;
