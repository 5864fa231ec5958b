/** Entry of the task pane: joins page, bridge and Office. */
import type { Hello } from '../../contract/api.ts';
import { toSyncError } from '../../contract/errors.ts';
import { openPageAccount, PERSON_MS, type PageAccount } from '../auth/page-account.ts';
import { bridgeAddress } from '../hosts/bridge-address.ts';
import { createBridgeClient } from '../hosts/bridge-client.ts';
import { findOffice } from '../hosts/office.ts';
import { officeScript } from '../hosts/office-script.ts';
import { createKeyStore, readInvite } from './key-store.ts';
import { runPane } from './pane.ts';
import { createView } from './view.ts';

const officeMs = 20_000;

// Before anything else, and before Office.js, which takes the history away.
const invite = readInvite(location.hash);
if (location.hash !== '') history.replaceState(null, '', `${location.pathname}${location.search}`);

const ending = new AbortController();
window.addEventListener('pagehide', () => ending.abort());
// A page that comes back from the browser's memory starts anew: its course has ended.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

const keys = createKeyStore();
const bridge = createBridgeClient({ address: bridgeAddress(location), key: () => keys.get() });

const view = createView(document, {
  sync: () => void ask(() => bridge.startSync({}, ending.signal)),
  cancel: () => void ask(() => bridge.cancelSync(ending.signal)),
  pairAnew: () => keys.clear(),
});

/** Something that the person asked for: what goes wrong is shown until the next thing is asked for. */
async function ask(action: () => Promise<unknown>): Promise<void> {
  view.showProblem(undefined);
  try {
    await action();
  } catch (error) {
    if (!ending.signal.aborted) view.showProblem(toSyncError(error));
  }
}

let label = 'page in a browser';
let account: Promise<PageAccount> | undefined;

/** Once for the page: who is signed in does not depend on whether the bridge is there. */
async function openAccount(outlook: Hello['outlook']): Promise<PageAccount> {
  account ??= (async () => {
    const office = await findOffice({ limitMs: officeMs, script: officeScript(location.search, outlook) });
    if (office.kind === 'outlook') label = `task pane ${office.client}`.trim();
    return openPageAccount({ outlook, office, origin: location.origin, patienceMs: PERSON_MS });
  })();
  return account;
}

await runPane(
  {
    bridge,
    keys,
    invite,
    label: () => label,
    openAccount,
    show: (state, mailbox) => view.show(state, mailbox),
  },
  ending.signal,
);
