import { calendar } from '../../../datasets/calendar/index.ts';
import { serverPluginContract } from '../../../test/contracts/server-plugin-contract.ts';
import { startOutlookBench } from '../../../test/support/outlook-bench.ts';

serverPluginContract('Outlook calendar over the local mailbox', {
  definition: calendar,
  labelField: 'Description',
  record: (label) => ({
    Description: label,
    TimeZone: 'Europe/Oslo',
    When: { End: '2026-03-03T20:00:00', Start: '2026-03-03T19:00:00' },
    Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Tuesday' },
    'Repeat/2026-03-31': 'deleted',
  }),
  async make() {
    const bench = await startOutlookBench({}, { dataset: calendar.name });
    return { plugin: () => bench.plugin(), dispose: () => bench.close() };
  },
});
