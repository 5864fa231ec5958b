import { startMailbox } from '../../../demo/mailbox/mailbox.ts';
import { contacts } from '../../../datasets/contacts/index.ts';
import { serverPluginContract } from '../../../test/contracts/server-plugin-contract.ts';
import { localAccount } from '../../auth/local-account.ts';
import { createGraphClient } from '../graph/client.ts';
import { testClock } from '../graph/test-clock.ts';
import { openMailbox } from '../mailbox.ts';

serverPluginContract('Outlook contacts over the local mailbox', {
  definition: contacts,
  labelField: 'FirstName',
  record: (label) => ({ FirstName: label, LastName: 'Example', EmailAddresses: [`${label}@example.org`] }),
  async make() {
    const mailbox = await startMailbox();
    const client = createGraphClient(localAccount(mailbox.url, 'anna'), { clock: testClock() });
    const opened = await openMailbox(client, 'local', new AbortController().signal);
    return {
      plugin: () => opened.plugins(async () => undefined).create('contacts'),
      dispose: () => mailbox.close(),
    };
  },
});
