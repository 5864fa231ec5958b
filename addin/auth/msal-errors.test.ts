import { describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { troubleOf } from './msal-errors.ts';

/** An error as MSAL makes them, as far as we read them. */
const authError = (name: string, errorCode: string, errorMessage = '', subError = ''): Error =>
  Object.assign(new Error(`${errorCode}: ${errorMessage}`), { name, errorCode, errorMessage, subError });

describe('an error of MSAL', () => {
  it.each([
    ['nobody signed in', authError('BrowserAuthError', 'no_account_error'), { kind: 'nobody' }],
    [
      'a session that ended',
      authError('InteractionRequiredAuthError', 'login_required'),
      { kind: 'person', why: 'expired' },
    ],
    [
      'a refresh token that was revoked',
      authError('ServerError', 'invalid_grant', 'AADSTS50173: the grant was revoked'),
      { kind: 'person', why: 'expired' },
    ],
    [
      'a permission that is missing',
      authError('InteractionRequiredAuthError', 'invalid_grant', 'AADSTS65001: not consented'),
      { kind: 'person', why: 'permission' },
    ],
    [
      'the same by its sub-code',
      authError('InteractionRequiredAuthError', 'invalid_grant', '', 'consent_required'),
      { kind: 'person', why: 'permission' },
    ],
    [
      'a hidden window that wanted to show something',
      authError('BrowserAuthError', 'timed_out'),
      { kind: 'person', why: 'expired' },
    ],
    [
      'Outlook that does not sign in',
      authError('ClientAuthError', 'nested_app_auth_bridge_disabled'),
      { kind: 'not-nested' },
    ],
    ['a blocked window', authError('BrowserAuthError', 'popup_window_error'), { kind: 'no-window' }],
  ])('means: %s', (_what, error, trouble) => {
    expect(troubleOf(error)).toEqual(trouble);
  });

  it.each([
    [authError('ClientAuthError', 'user_canceled'), 'sign-in.cancelled'],
    [authError('BrowserAuthError', 'user_cancelled'), 'sign-in.cancelled'],
    [authError('ServerError', 'access_denied', 'AADSTS65004'), 'sign-in.cancelled'],
    [authError('ClientAuthError', 'no_network_connectivity'), 'mailbox.unavailable'],
    [authError('ServerError', 'temporarily_unavailable', 'AADSTS90033: overloaded'), 'mailbox.unavailable'],
    [authError('ServerError', 'invalid_client', 'AADSTS700016: not found'), 'sign-in.refused'],
    [new TypeError('x is not a function'), 'sign-in.refused'],
    [new SyncError('sign-in.blocked'), 'sign-in.blocked'],
  ])('is told as %s → %s', (error, code) => {
    expect(troubleOf(error)).toMatchObject({ kind: 'problem', problem: { code } });
  });

  it('keeps what Microsoft says, within bounds', () => {
    const trouble = troubleOf(authError('ServerError', 'invalid_client', `AADSTS700016 ${'x'.repeat(9000)}`));
    if (trouble.kind !== 'problem') throw new Error('no problem');
    expect(trouble.problem.detail).toMatch(/^invalid_client: AADSTS700016 x+$/);
    expect(trouble.problem.detail.length).toBeLessThan(400);
  });
});
