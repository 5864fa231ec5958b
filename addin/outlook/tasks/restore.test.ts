/** Tasks put back from their snapshots (spec: sync engine, G1; reliability R9), against the local mailbox. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { tasks } from '../../../datasets/index.ts';
import type { SeedTask } from '../../../demo/mailbox/admin/task-admin.ts';
import type { SwitchSettings } from '../../../demo/mailbox/switches.ts';
import { arbitraryLine } from '../../../test/arbitraries/contacts.ts';
import { arbitraryTask } from '../../../test/arbitraries/tasks.ts';
import {
  createOf,
  itemOf,
  removeOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';

let bench: OutlookBench;
const start = async (switches: SwitchSettings = {}): Promise<void> => {
  bench = await startOutlookBench(switches, { dataset: 'tasks' });
};
afterEach(() => bench.close());

const { signal } = new AbortController();
const serviceId = (id: string): string => decodeURIComponent(id.split('/').at(-1) ?? '');
const without = (entity: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(entity).filter(([name]) => !names.includes(name)));

/** All that the mailbox holds of a task, but for what names this very item. */
function contentOf(id: string) {
  const found = bench.mailbox.admin.dump(USER).tasks.find((task) => task.id === serviceId(id));
  if (found === undefined) throw new Error(`no task ${id}`);
  return {
    task: found.task,
    steps: found.checklistItems.map((step) => without(step, 'id', 'createdDateTime', 'checkedDateTime')),
    links: found.linkedResources.map((link) => without(link, 'id')),
    extension: Object.values(found.extensions).map((values) => without(values as object, 'key')),
  };
}
const snapshotOf = async (id: string): Promise<string> =>
  (await bench.plugin().snapshot([id], signal))[0]?.item ?? '';
const seeded = async (one: SeedTask): Promise<MailboxItem> => {
  const [ids] = bench.mailbox.admin.tasks.seed(USER, [one]);
  const read = await bench.read();
  const item = [...read.items.values()].find(({ id }) => serviceId(id) === ids?.id);
  if (item === undefined) throw new Error('it is not there');
  return item;
};
async function removeAndRestore(item: MailboxItem) {
  const snapshot = await snapshotOf(item.id);
  await bench.apply(removeOf(item));
  const operation = { ...createOf(item.fields), restore: snapshot };
  const [result] = await bench.apply(operation);
  return { result, operation };
}

const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const html = { contentType: 'html', content: '<html><body>Two <b>big</b> ones</body></html>' };
const whole = {
  title: 'Water the plants',
  body: html,
  dueDateTime: utc('2026-03-03T00:00:00'),
  isReminderOn: true,
  reminderDateTime: utc('2026-03-03T07:30:00'),
  recurrence: {
    pattern: { type: 'weekly', interval: 2, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
    range: { type: 'noEnd', startDate: '2026-03-03' },
  },
  linkedResources: [
    { applicationName: 'Shop', displayName: 'Order 7', webUrl: 'https://x.example/7', externalId: '7' },
  ],
};
const steps = [
  { displayName: 'Kitchen' },
  { displayName: 'Balcony', isChecked: true },
  { displayName: 'Kitchen' },
];

describe('a task that is removed and put back', () => {
  it('[SYNC-30] is in To Do as it was, properties that no record has included', async () => {
    await start();
    const line = arbitraryLine.map((text) => text.slice(0, 60));
    const unmapped = fc.record(
      {
        isReminderOn: fc.constant(true),
        reminderDateTime: fc.constant(utc('2026-03-03T07:30:00')),
        body: fc.constant(html),
        steps: fc.array(fc.record({ displayName: line, isChecked: fc.boolean() }), { maxLength: 4 }),
      },
      { requiredKeys: ['steps'] },
    );
    const cases = fc.array(fc.tuple(arbitraryTask(), unmapped), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        for (const [fields, { steps: parts, ...properties }] of all) {
          const made = await bench.create(fields);
          bench.mailbox.admin.tasks.edit(USER, serviceId(made.id), properties);
          const item = (await bench.read()).items.get(made.id)!;
          const withSteps = await seeded({ task: { title: 'steps' }, steps: parts });
          const stepContent = contentOf(withSteps.id).steps;
          const content = contentOf(made.id);
          const { result } = await removeAndRestore(item);
          expect(contentOf(itemOf(result).id)).toEqual(content);
          const again = await removeAndRestore(withSteps);
          expect(contentOf(itemOf(again.result).id).steps).toEqual(stepContent);
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('[SYNC-30] gets its steps, links, reminder and recurrence back', async () => {
    await start();
    const item = await seeded({ task: whole, steps });
    const content = contentOf(item.id);
    const { result } = await removeAndRestore(item);
    expect(result).not.toHaveProperty('problems');
    const after = contentOf(itemOf(result).id);
    expect({ ...after, extension: [] }).toEqual(content);
    expect(itemOf(result).fields).toEqual(item.fields);
  });

  it('tells that it does not repeat any more where the service takes no recurrence', async () => {
    await start({ taskRecurrencePost: 'refused' });
    const item = await seeded({ task: whole, steps });
    const { result } = await removeAndRestore(item);
    expect(result).toMatchObject({ status: 'done', problems: [{ code: 'loss.restore' }] });
    expect(contentOf(itemOf(result).id).steps).toHaveLength(3);
  });

  it('is ended by whoever looks for it, where it was cut off between its steps', async () => {
    await start();
    const item = await seeded({ task: whole, steps });
    const content = contentOf(item.id);
    const snapshot = await snapshotOf(item.id);
    await bench.apply(removeOf(item));
    const operation = { ...createOf(item.fields), restore: snapshot };
    bench.mailbox.admin.fail({ action: { kind: 'reset' }, path: 'checklistItems', skip: 2, times: 9 });
    expect((await bench.apply(operation))[0]?.status).toBe('unknown');
    bench.mailbox.admin.clearFailures();
    const [found] = await bench.plugin().find([operation.key], signal);
    expect(contentOf(found!.id).steps).toEqual(content.steps);
    expect(bench.mailbox.admin.dump(USER).tasks).toHaveLength(1);
    const [again] = await bench.plugin().find([operation.key], signal);
    expect(contentOf(again!.id).steps).toHaveLength(3);
  });

  it('is put back without the rest where what was kept cannot be read, and that is told', async () => {
    await start();
    const [result] = await bench.apply({ ...createOf({ Description: 'Plants' }), restore: '{}' });
    expect(itemOf(result).fields).toEqual({ Description: 'Plants' });
    expect(result).toMatchObject({ problems: [{ code: 'loss.restore' }] });
  });
});

it('[SYNC-31] an update that is taken back gives the text its formatting back', async () => {
  await start();
  const before = await seeded({ task: { title: 'Plants', body: html } });
  const [content, snapshot] = [contentOf(before.id), await snapshotOf(before.id)];
  const [written] = await bench.apply(updateOf(before, { ...before.fields, Notes: 'plain' }, tasks));
  const undo = { ...updateOf(itemOf(written), before.fields, tasks), key: randomUUID(), restore: snapshot };
  const [undone] = await bench.apply(undo);
  expect(undone).not.toHaveProperty('problems');
  expect(contentOf(before.id).task).toEqual(content.task);
});
