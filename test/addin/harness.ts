/** A page with nothing but what signs in, finds Outlook and serves the mailbox, for tests to hold on to. */
import type { PageAccount } from '../../addin/auth/page-account.ts';
import { SyncError } from '../../contract/errors.ts';
import { openPageAccount } from '../../addin/auth/page-account.ts';
import type { Permission } from '../../addin/auth/permissions.ts';
import { bridgeAddress } from '../../addin/hosts/bridge-address.ts';
import { createBridgeClient } from '../../addin/hosts/bridge-client.ts';
import { findOffice } from '../../addin/hosts/office.ts';
import type { OfficeHost } from '../../addin/hosts/office-host.ts';
import { officeScript } from '../../addin/hosts/office-script.ts';
import { serveMailbox } from '../../addin/hosts/serve-mailbox.ts';

export interface Harness {
  readonly office: OfficeHost;
  readonly account: PageAccount;
  /** Every kind of state that the sign-in has been in. */
  readonly states: string[];
  token(permissions: readonly Permission[], claims?: string | null): Promise<string>;
  serve(key: string): void;
}

const search = new URLSearchParams(location.search);
const limitMs = Number(search.get('limit') ?? '5000');
const signal = new AbortController().signal;
let key = '';
const bridge = createBridgeClient({ address: bridgeAddress(location), key: () => key });
const { outlook } = await bridge.hello(signal);
const office = await findOffice({ limitMs, script: officeScript(location.search, outlook) });
const account = openPageAccount({
  outlook,
  office,
  origin: location.origin,
  patienceMs: Number(search.get('patience') ?? '0'),
});

const states: string[] = [];
const show = (): void => {
  const { state } = account.signIn;
  states.push(state.kind);
  const element = document.getElementById('state');
  if (element !== null)
    element.textContent = JSON.stringify(state, (_name, value: unknown) =>
      value instanceof SyncError ? { code: value.code, detail: value.detail } : value,
    );
};
account.signIn.subscribe(show);
show();
document.getElementById('sign-in')?.addEventListener('click', () => void account.signIn.signIn());

const harness: Harness = {
  office,
  account,
  states,
  async token(permissions, claims) {
    if (account.mailbox?.account.kind !== 'microsoft') throw new Error('no real account');
    const refused = claims === undefined ? {} : { refused: { claims } };
    return account.mailbox.account.tokens.getToken({ permissions, ...refused }, signal);
  },
  serve(session) {
    key = session;
    void serveMailbox({ bridge, account, label: () => 'harness', show: () => undefined }, signal);
  },
};
Object.assign(window, { harness });
