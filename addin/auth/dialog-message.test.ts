import { describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { bridgeAddress } from '../hosts/bridge-address.ts';
import { grantMessage, problemMessage, readAnswer, readRequest, requestQuery } from './dialog-message.ts';

const request = { permissions: ['User.Read', 'Tasks.ReadWrite'], claims: '{"a":1}', fresh: true } as const;

describe('a request to the window that signs in', () => {
  it('arrives as it was sent, with where the bridge is', () => {
    const query = requestQuery(request, 'anna@mailbox.example', 'bridge=24245');
    expect(readRequest(query)).toEqual({
      permissions: ['User.Read', 'Tasks.ReadWrite'],
      claims: '{"a":1}',
      hint: 'anna@mailbox.example',
    });
    expect(bridgeAddress({ origin: 'https://apps.example', search: query })).toBe('https://localhost:24245');
  });

  it.each([
    '',
    '?request=',
    '?request={}',
    '?request={"permissions":["Mail.Read"],"claims":null,"hint":null}',
  ])('is none of ours: %s', (query) => {
    expect(readRequest(query)).toBeNull();
  });
});

describe('an answer of the window', () => {
  const grant = {
    token: 'secret',
    permissions: new Set(['user.read']),
    until: 1_764_150_000_000,
    account: { tenant: 'contoso', address: 'anna@mailbox.example', name: 'Anna' },
  };

  it('brings the grant', () => {
    expect(readAnswer(grantMessage(grant))).toMatchObject(grant);
  });

  it('brings what went wrong', () => {
    const problem = new SyncError('sign-in.refused', 'AADSTS700016');
    expect(() => readAnswer(problemMessage(problem))).toThrow('AADSTS700016');
  });

  it.each(['', 'null', '{"kind":"grant"}', '{"kind":"grant","token":1}'])(
    'is none of ours: %s',
    (message) => {
      expect(() => readAnswer(message)).toThrow('something else');
    },
  );
});
