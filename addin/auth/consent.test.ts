import { expect, it } from 'vitest';
import { consentOutcome } from './consent.ts';

it('tells an administrator how the consent ended', () => {
  expect(consentOutcome('?admin_consent=True&tenant=x').text).toContain('granted for the whole organisation');
  expect(consentOutcome('?error=access_denied&error_description=AADSTS65004').detail).toBe(
    'access_denied: AADSTS65004',
  );
  expect(consentOutcome('?error=access_denied&admin_consent=True').text).toContain('not granted');
  expect(consentOutcome('').text).toContain('nothing to tell');
});
