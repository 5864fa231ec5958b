import { expect, it } from 'vitest';
import { newPassword, passwordFrom } from './passwords.ts';

it('a new password is eight random base62 characters', () => {
  const passwords = Array.from({ length: 200 }, newPassword);
  for (const password of passwords) expect(password).toMatch(/^[0-9A-Za-z]{8}$/);
  expect(new Set(passwords).size).toBe(200);
  expect(new Set(passwords.join('')).size).toBe(62);
});

it('a kept password is used again, an unknown device gets a new one each time', () => {
  const store = {
    get: (challenge: string) => (challenge === '{a}' ? 'kept1234' : undefined),
    set: () => undefined,
  };
  expect(passwordFrom(store, '{a}', false)).toEqual({ text: 'kept1234', known: true });
  expect(passwordFrom(store, '{b}', false).known).toBe(false);
  expect(passwordFrom(store, '{b}', false).text).not.toBe(passwordFrom(store, '{b}', false).text);
});
