/** The page that Outlook loads for the buttons of the ribbon that show nothing by themselves. */
import { SYNC_FUNCTION } from '../../contract/ribbon.ts';
import { openPageAccount } from '../auth/page-account.ts';
import { bridgeAddress } from '../hosts/bridge-address.ts';
import { createBridgeClient } from '../hosts/bridge-client.ts';
import { findOffice } from '../hosts/office.ts';
import { serveMailbox } from '../hosts/serve-mailbox.ts';
import { systemClock } from '../outlook/graph/clock.ts';
import { createKeyStore } from '../pane/key-store.ts';
import { SYNC_BUTTON, SyncCommand } from './sync-command.ts';

const officeMs = 20_000;

const ending = new AbortController();
window.addEventListener('pagehide', () => ending.abort());

// The pane has paired for both: pages of one origin share what the browser keeps for them.
const keys = createKeyStore();
const bridge = createBridgeClient({ address: bridgeAddress(location), key: () => keys.get() });
// Only Outlook opens this page, and wants its functions named before anything else.
const office = await findOffice({ limitMs: officeMs });

const command = new SyncCommand({
  office,
  bridge,
  isPaired: () => keys.get() !== null,
  async serve(show, signal) {
    const { outlook } = await bridge.hello(signal);
    // Nobody can be asked to sign in here.
    const account = openPageAccount({ outlook, office, origin: location.origin, patienceMs: 0 });
    await serveMailbox({ bridge, account, label: () => SYNC_BUTTON, show }, signal);
  },
  clock: systemClock,
});

office.associate(SYNC_FUNCTION, (completed) => command.click(completed, ending.signal));
