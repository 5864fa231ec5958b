import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inCalls, MAX_CALL_CHARS, MAX_OPERATIONS } from './batches.ts';
import type { StepSide } from './step.ts';

interface Sized {
  readonly number: number;
  readonly mailbox: StepSide;
}

const sized = (number: number, wanted: number, before: number): Sized => ({
  number,
  mailbox: {
    operation: { kind: 'update', fields: 'x'.repeat(wanted), changed: [], state: 'planned' },
    before: 'x'.repeat(before),
    after: null,
    hash: null,
    open: [],
  },
});
const charsOf = ({ mailbox }: Sized): number =>
  (mailbox.operation?.fields?.length ?? 0) + (mailbox.before?.length ?? 0);

describe('calls of a host', () => {
  it('hold as many operations as their number and size allow, in order, none left out', () => {
    const size = fc.constantFrom(0, 10, MAX_CALL_CHARS / 4, MAX_CALL_CHARS / 2, MAX_CALL_CHARS + 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(size, size), { maxLength: 8 }), fc.nat(250), (sizes, small) => {
        const large = sizes.map(([wanted, before], index) => sized(index, wanted, before));
        const steps = [...large, ...Array.from({ length: small }, (_, index) => sized(8 + index, 3, 0))];
        const calls = inCalls(steps);
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

  it('are none for no steps', () => {
    expect(inCalls([])).toEqual([]);
  });
});
