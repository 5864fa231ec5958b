/** Tasks of invented people, the same at every run: for the demo, benches and tests. */
import { addDays } from '../../datasets/calendar/days.ts';
import type { Fields, FieldValue } from '../../datasets/index.ts';
import { SAMPLE_DAY } from './appointments.ts';
import { categories, notes } from './names.ts';
import { places } from './occasions.ts';
import { SeededRandom } from './random.ts';

export interface TasksOptions {
  readonly count: number;
  readonly seed: number;
  /** The day around which they are due, `YYYY-MM-DD`. What was begun or done was so before it. */
  readonly around?: string;
}

const STATUSES = ['NotStarted', 'NotStarted', 'InProgress', 'Waiting', 'Deferred', 'Completed'] as const;
const PRIORITIES = ['Normal', 'Normal', 'Normal', 'VeryHigh', 'High', 'Low', 'VeryLow'] as const;

/** No two of them have the same title. Status, dates and percentage agree, so that no side has to change them. */
export function makeTasks({ count, seed, around = SAMPLE_DAY }: TasksOptions): Fields[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const fields: Record<string, FieldValue> = {
      Description: `${random.pick(random.pick(places).duties)} ${seed}-${index}`,
      ...progress(random, around),
    };
    const priority = random.pick(PRIORITIES);
    if (priority !== 'Normal') fields.Priority = priority;
    if (random.chance(0.7)) fields.DueDate = addDays(around, random.below(120) - 40);
    if (random.chance(0.3)) fields.Notes = random.pick(notes);
    for (const category of categories) {
      if (random.chance(0.1)) fields[`Categories/${category.toLowerCase()}`] = category;
    }
    if (random.chance(0.1))
      fields['CustomFields/caseno'] = { Key: 'CaseNo', Value: `77-${random.below(9999)}` };
    return fields;
  });
}

/** No field for what is usual: a task that is not started. */
function progress(random: SeededRandom, around: string): Fields {
  const status = random.pick(STATUSES);
  const started = addDays(around, -1 - random.below(60));
  switch (status) {
    case 'NotStarted':
      return {};
    case 'Completed': {
      const completed = addDays(around, -random.below(30));
      const begun = started < completed ? started : completed;
      return { Status: status, StartedDate: begun, CompletedDate: completed, PercentCompleted: '100' };
    }
    default:
      return { Status: status, StartedDate: started, PercentCompleted: String(5 + 5 * random.below(19)) };
  }
}
