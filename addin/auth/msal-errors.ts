/** What MSAL's errors mean to us. By their names and codes, so that nothing of MSAL is loaded for it. Pure. */
import { SyncError } from '../../contract/errors.ts';

export type MsalTrouble =
  /** A person has to be asked. */
  | { readonly kind: 'person'; readonly why: 'permission' | 'expired' }
  /** Nobody has signed in yet. */
  | { readonly kind: 'nobody' }
  /** Outlook does not sign in for us after all; we have to do it ourselves. */
  | { readonly kind: 'not-nested' }
  /** A page of this client cannot open windows. */
  | { readonly kind: 'no-window' }
  | { readonly kind: 'problem'; readonly problem: SyncError };

const nobody = new Set(['no_account_error', 'no_account_found', 'no_account_in_silent_request']);
const cancelled = new Set([
  'user_cancelled',
  'user_canceled',
  'interaction_in_progress_cancelled',
  'access_denied',
]);
const noWindow = new Set(['popup_window_error', 'empty_window_error']);
const noNetwork = new Set([
  'no_network_connectivity',
  'network_error',
  'post_request_failed',
  'get_request_failed',
  'endpoints_resolution_error',
  'openid_config_error',
]);
/** A hidden window that never answered: Microsoft wanted to show something in it. */
const noAnswer = new Set(['timed_out', 'iframe_closed_prematurely', 'redirect_bridge_empty_response']);

export function troubleOf(error: unknown): MsalTrouble {
  if (error instanceof SyncError) return problem(error);
  const { name, code, subCode, text } = read(error);
  if (nobody.has(code)) return { kind: 'nobody' };
  if (code === 'nested_app_auth_bridge_disabled') return { kind: 'not-nested' };
  if (noWindow.has(code)) return { kind: 'no-window' };
  if (cancelled.has(code)) return problem(new SyncError('sign-in.cancelled', '', { cause: error }));
  if (name === 'InteractionRequiredAuthError') {
    const isPermission = [code, subCode].includes('consent_required') || text.includes('AADSTS65001');
    return { kind: 'person', why: isPermission ? 'permission' : 'expired' };
  }
  // What was granted once counts no longer: revoked, or the password was changed. MSAL knows some of these by a sub-code only.
  if (noAnswer.has(code) || (name === 'ServerError' && code === 'invalid_grant'))
    return { kind: 'person', why: 'expired' };
  if (noNetwork.has(code) || (name === 'ServerError' && isPassing(text)))
    return problem(new SyncError('mailbox.unavailable', 'Microsoft’s sign-in', { cause: error }));
  return problem(new SyncError('sign-in.refused', [code, text].filter(Boolean).join(': '), { cause: error }));
}

const problem = (found: SyncError): MsalTrouble => ({ kind: 'problem', problem: found });

/** Outlook's own words for an error that may pass, and Microsoft's code for an overloaded service. */
const isPassing = (text: string): boolean => /transient|temporar|AADSTS90033/i.test(text);

/** The parts of MSAL's AuthError; empty where it is something else. The message holds no token. */
function read(error: unknown): { name: string; code: string; subCode: string; text: string } {
  const parts = error instanceof Error ? (error as Error & Readonly<Record<string, unknown>>) : undefined;
  const word = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    name: word(parts?.name),
    code: word(parts?.errorCode),
    subCode: word(parts?.subError),
    text: word(parts?.errorMessage ?? parts?.message).slice(0, 300),
  };
}
