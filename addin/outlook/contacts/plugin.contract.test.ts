import { contacts } from '../../../datasets/contacts/index.ts';
import { serverPluginContract } from '../../../test/contracts/server-plugin-contract.ts';
import { startOutlookBench } from '../../../test/support/outlook-bench.ts';

serverPluginContract('Outlook contacts over the local mailbox', {
  definition: contacts,
  labelField: 'FirstName',
  record: (label) => ({ FirstName: label, LastName: 'Example', EmailAddresses: [`${label}@example.org`] }),
  async make() {
    const bench = await startOutlookBench();
    return { plugin: () => bench.plugin(), dispose: () => bench.close() };
  },
});
