/** What a job's question may carry. */
import { expect, test } from 'vitest';
import { MOST_LABELS, questionSchema } from './job.ts';

const named = (names: number) => ({
  count: 12_000,
  labels: Array.from({ length: names }, (_, index) => `P${index}`),
});
const common = { id: 'question-1', dataset: 'contacts', until: '2026-11-26T10:02:00.000Z' };

test.each([
  ['removals', { side: 'mailbox', reason: 'missing', pairs: 12_000 }],
  ['edited-since', {}],
])('[G6] a question about %s names the first 1,000 records, and counts all', (kind, more) => {
  const question = { ...common, ...more, kind };
  expect(MOST_LABELS).toBe(1_000);
  expect(questionSchema.parse({ ...question, ...named(MOST_LABELS) })).toMatchObject({ count: 12_000 });
  expect(questionSchema.safeParse({ ...question, ...named(MOST_LABELS + 1) }).success).toBe(false);
});
