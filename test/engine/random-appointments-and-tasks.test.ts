/** A few of what the deep mode takes more of. */
import { it } from 'vitest';
import { randomTrips } from './random-appointments-and-tasks.ts';

it.each(['calendar', 'tasks'] as const)(
  'R16 random records of %s stay as they are on both sides, and are paired without a conflict',
  { timeout: 120_000 },
  (dataset) => randomTrips(dataset, 20),
);
