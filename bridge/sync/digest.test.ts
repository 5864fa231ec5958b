import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { contacts } from '../../datasets/index.ts';
import { digest, hashOf } from './digest.ts';

test('the hash is the SHA-256 of the canonical content as JSON in order', () => {
  const sum = createHash('sha256').update('{"FirstName":"Ada","LastName":"L"}').digest('hex');
  expect(hashOf(contacts, { LastName: ' L ', FirstName: 'Ada', Gender: '' })).toBe(sum);
});

test('the fields are kept as they came', () => {
  expect(digest(contacts, { LastName: ' L ' }).fields).toBe('{"LastName":" L "}');
});
