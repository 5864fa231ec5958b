import { expect, it } from 'vitest';
import type { MailboxResult } from '../../contract/server-plugin.ts';
import { fitting } from './fitting.ts';

const result = (key: string, Portrait: string): MailboxResult => ({
  key,
  status: 'done',
  item: { id: key, fields: { Portrait }, version: '', modified: '' },
});

it('an answer holds the results that fit, by their bytes', () => {
  const limit = 64 * 1024 + 3_000;
  const keys = (results: readonly MailboxResult[]): string[] => results.map(({ key }) => key);
  expect(keys(fitting([result('a', 'x'.repeat(1_000)), result('b', 'x'.repeat(1_000))], limit))).toEqual([
    'a',
    'b',
  ]);
  // Each of these characters takes three bytes.
  expect(keys(fitting([result('a', '山'.repeat(1_000)), result('b', 'x')], limit))).toEqual(['b']);
  expect(
    keys(fitting([result('a', 'x'.repeat(2_000)), result('b', 'x'.repeat(2_000)), result('c', '')], limit)),
  ).toEqual(['a', 'c']);
});
