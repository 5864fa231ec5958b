import { describe, expect, it } from 'vitest';
import { claimsOf } from './claims.ts';

const challenge = '{"access_token":{"nbf":{"essential":true,"value":"1764150000"},"ü":null}}';
const encoded = Buffer.from(challenge).toString('base64');
const header = (claims: string): string =>
  `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`;

describe('a claims challenge', () => {
  it.each([
    ['base64', encoded],
    ['base64 for URLs', Buffer.from(challenge).toString('base64url')],
  ])('is read from the header: %s', (_form, claims) => {
    expect(claimsOf(header(claims))).toBe(challenge);
  });

  it.each([
    ['no header', null],
    ['a refusal without claims', 'Bearer realm="", error="invalid_token"'],
    ['claims that are no base64', header('***')],
    ['claims that are no JSON', header(Buffer.from('yes').toString('base64'))],
    ['claims that are no object', header(Buffer.from('[1]').toString('base64'))],
    ['a parameter of another name', `Bearer xclaims="${encoded}"`],
    ['more than anybody would send', header(Buffer.from(`{"a":"${'x'.repeat(20_000)}"}`).toString('base64'))],
  ])('is not found in %s', (_what, text) => {
    expect(claimsOf(text)).toBeNull();
  });
});
