import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inCalls, MAX_CALL_CHARS, MAX_OPERATIONS } from './batches.ts';
import type { Step } from './step.ts';

type Sized = Pick<Step, 'number' | 'mailbox' | 'restore'>;

/** `kept`: characters of the snapshot that is put back; the test has the step's number stand for them. */
const sized = (number: number, wanted: number, before: number, kept = 0): Sized => ({
  number,
  restore: kept === 0 ? null : { session: 7, step: kept },
  mailbox: {
    operation: { kind: 'update', fields: 'x'.repeat(wanted), changed: [], state: 'planned' },
    before: 'x'.repeat(before),
    after: null,
    hash: null,
    open: [],
  },
});
const snapshotChars = ({ step }: { readonly step: number }): number => step;
const charsOf = ({ mailbox, restore }: Sized): number =>
  (mailbox.operation?.fields?.length ?? 0) + (mailbox.before?.length ?? 0) + (restore?.step ?? 0);

describe('calls of a host', () => {
  it('hold as many operations as their number and size allow, in order, none left out', () => {
    const size = fc.constantFrom(0, 10, MAX_CALL_CHARS / 4, MAX_CALL_CHARS / 2, MAX_CALL_CHARS + 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(size, size, size), { maxLength: 8 }), fc.nat(250), (sizes, small) => {
        const large = sizes.map(([wanted, before, kept], index) => sized(index, wanted, before, kept));
        const steps = [...large, ...Array.from({ length: small }, (_, index) => sized(8 + index, 3, 0))];
        const calls = inCalls(steps, snapshotChars);
        expect(calls.flat()).toEqual(steps);
        calls.forEach((call, index) => {
          const chars = call.reduce((sum, step) => sum + charsOf(step), 0);
          expect(call.length).toBeLessThanOrEqual(MAX_OPERATIONS);
          expect(call.length === 1 || chars <= MAX_CALL_CHARS).toBe(true);
          const [following] = calls[index + 1] ?? [];
          const isFull =
            following === undefined ||
            call.length === MAX_OPERATIONS ||
            chars + charsOf(following) > MAX_CALL_CHARS;
          expect(isFull).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('count the items that are put back whole, whose records may be small', () => {
    const steps = [1, 2, 3].map((number) => sized(number, 10, 10, MAX_CALL_CHARS / 2));
    expect(inCalls(steps, snapshotChars).map((call) => call.length)).toEqual([1, 1, 1]);
  });

  it('are none for no steps', () => {
    expect(inCalls([], snapshotChars)).toEqual([]);
  });
});
