import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphFault } from './fault.ts';
import { readFilterExpression } from './filter.ts';

const item: Readonly<Record<string, unknown>> = {
  subject: "Bo's boat",
  count: 3,
  done: false,
  none: null,
  tags: ['Pocket', 'home'],
  'start/dateTime': '2026-12-07T06:30:00.0000000',
  changed: '2026-11-22T18:11:40.4471120Z',
};
const passes = (filter: string): boolean =>
  readFilterExpression(filter, (path) => Object.hasOwn(item, path))((path) => item[path]);

describe('a filter', () => {
  it.each([
    "subject eq 'bo''s BOAT'",
    "subject ne 'x'",
    'count gt 2 and count le 3',
    'count eq 4 or done eq false',
    'not (count eq 4 or done eq true)',
    'none eq null and subject ne null',
    "startswith(subject,'bo') and endswith(subject,'boat') and contains(subject,'''s')",
    "tags/any(t:t eq 'pocket')",
    "start/dateTime ge '2026-12-07T06:30:00' and start/dateTime eq '2026-12-07T07:30:00+01:00'",
    "start/dateTime lt '2026-12-08'",
    'changed ge 2026-11-22T18:11:40Z',
  ])('passes: %s', (filter) => {
    expect(passes(filter)).toBe(true);
  });

  it.each([
    'subject gt 3',
    "tags/any(t:t eq 'work')",
    "subject eq 'boat'",
    'count lt 3',
    'none gt 1',
    "contains(tags,'Pocket')",
  ])('does not pass: %s', (filter) => {
    expect(passes(filter)).toBe(false);
  });

  it.each([
    '',
    'subject',
    'subject eq',
    "subject is 'x'",
    "other eq 'x'",
    "subject eq 'x",
    "(subject eq 'x'",
    "subject eq 'x' and",
    "subject eq 'x' count eq 1",
    'contains(subject,3)',
    "tags/any(t:u eq 'x')",
    "tags/all(t:t eq 'x')",
    `${'('.repeat(50)}count eq 1${')'.repeat(50)}`,
  ])('is refused: %s', (filter) => {
    expect(() => passes(filter)).toThrow(GraphFault);
  });

  it('is read or refused, whatever it is', () => {
    const word = fc.constantFrom(
      ...[
        'subject',
        'eq',
        'and',
        'not',
        '(',
        ')',
        "'x'",
        '3',
        'true',
        'tags/any',
        't',
        ':',
        ',',
        'contains',
        '#',
      ],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          expect(typeof passes(words.join(' '))).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(GraphFault);
        }
      }),
    );
  });
});
