import { it } from 'vitest';
import { randomTrips } from './random-appointments-and-tasks.ts';

it.each(['calendar', 'tasks'] as const)(
  'R16 a thousand random records of %s stay as they are on both sides, and are paired without a conflict',
  { timeout: 60 * 60_000 },
  (dataset) => randomTrips(dataset, 1000),
);
