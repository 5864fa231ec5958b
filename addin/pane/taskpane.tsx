/** Entry of the task pane: joins page, bridge and Office. */
import { createRoot } from 'react-dom/client';
import type { Hello } from '../../contract/api.ts';
import { openPageAccount, PERSON_MS, type PageAccount } from '../auth/page-account.ts';
import { bridgeAddress } from '../hosts/bridge-address.ts';
import { createBridgeClient } from '../hosts/bridge-client.ts';
import { findOffice } from '../hosts/office.ts';
import { officeScript } from '../hosts/office-script.ts';
import { createKeyStore, readInvite } from './key-store.ts';
import { PaneCourse } from './pane.ts';
import { createCommands } from './store/commands.ts';
import { createStore } from './store/store.ts';
import { App } from './views/app.tsx';

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
const store = createStore();
const { dispatch } = store;

/** For people, told apart as soon as it is known. */
let label = 'page';
let account: Promise<PageAccount> | undefined;

/** Once for the page: who is signed in does not depend on whether the bridge is there. */
async function openAccount(outlook: Hello['outlook']): Promise<PageAccount> {
  account ??= (async () => {
    const office = await findOffice({ limitMs: officeMs, script: officeScript(location.search, outlook) });
    label = office.kind === 'outlook' ? `task pane ${office.client}`.trim() : 'page in a browser';
    dispatch({ type: 'theme', theme: office.theme });
    dispatch({ type: 'office-problem', problem: office.problem });
    office.onThemeChanged((theme) => dispatch({ type: 'theme', theme }));
    const opened = openPageAccount({ outlook, office, origin: location.origin, patienceMs: PERSON_MS });
    const { signIn } = opened;
    const follow = (): void =>
      dispatch({ type: 'sign-in', signIn: signIn.state, canSignOut: signIn.signOut !== null });
    follow();
    signIn.subscribe(follow);
    return opened;
  })();
  return account;
}

const course = new PaneCourse({
  bridge,
  keys,
  invite,
  label: () => label,
  openAccount,
  onLink: (link) => dispatch({ type: 'link', link }),
  onEvent: (event) => dispatch({ type: 'event', event, at: Date.now() }),
  onMailbox: (mailbox) => dispatch({ type: 'mailbox', mailbox }),
});

const commands = createCommands({
  bridge,
  store,
  signal: ending.signal,
  signIn: async () => (await account)?.signIn.signIn(),
  signOut: async () => (await account)?.signIn.signOut?.(),
  pairAnew: () => {
    keys.clear();
    course.retry();
  },
  retry: () => course.retry(),
  copy: (text) => navigator.clipboard.writeText(text),
});

const place = document.getElementById('pane');
if (place === null) throw new TypeError('the page has no place for the pane');
createRoot(place).render(<App store={store} commands={commands} />);

await course.run(ending.signal);
