/** Random tasks as field maps, consistent in themselves. */
import fc from 'fast-check';
import { tasks, type Fields } from '../../datasets/index.ts';
import {
  arbitraryCategories,
  arbitraryCustomFields,
  arbitraryDate,
  arbitraryLine,
  arbitraryNotes,
} from './contacts.ts';

const scalars = fc.record(
  {
    Description: arbitraryLine,
    Priority: fc.constantFrom('VeryHigh', 'High', 'Low', 'VeryLow'),
    Status: fc.constantFrom('InProgress', 'Completed', 'Waiting', 'Deferred'),
    DueDate: arbitraryDate,
    StartedDate: arbitraryDate,
    CompletedDate: arbitraryDate,
    PercentCompleted: fc.integer({ min: 1, max: 100 }).map(String),
    Notes: arbitraryNotes,
  },
  { requiredKeys: [] },
);

/** A task with any of its fields, each of them valid, nothing side-local among them. */
export function arbitraryTask(): fc.Arbitrary<Fields> {
  return fc
    .tuple(scalars, arbitraryCategories, arbitraryCustomFields)
    .map(([texts, labels, pairs]) => tasks.normalise({ ...texts, ...labels, ...pairs }));
}
