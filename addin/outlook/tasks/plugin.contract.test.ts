import { tasks } from '../../../datasets/index.ts';
import { serverPluginContract } from '../../../test/contracts/server-plugin-contract.ts';
import { startOutlookBench } from '../../../test/support/outlook-bench.ts';

serverPluginContract('Outlook tasks over the local mailbox', {
  definition: tasks,
  labelField: 'Description',
  record: (label) => ({ Description: label, DueDate: '2026-12-01', Priority: 'VeryHigh', Notes: 'Gr. 43' }),
  async make() {
    const bench = await startOutlookBench({}, { dataset: 'tasks' });
    return { plugin: () => bench.plugin(), dispose: () => bench.close() };
  },
});
