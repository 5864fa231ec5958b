/**
 * Signing in from the pane, within a stand-in for Outlook, under the real MSAL: real bridge, real handheld, and the local
 * mailbox in the place of Microsoft's Graph.
 */
import { expect, it } from 'vitest';
import { inaccessible } from '../support/browser.ts';
import { fakeGraph, type FakeGraph } from '../support/fake-graph.ts';
import { fakeNestedAuth, type NestedAuth } from '../support/fake-nested-auth.ts';
import { fakeOffice } from '../support/fake-office.ts';
import { PaneStage } from '../support/pane-stage.ts';
import '../addin/harness-window.ts';
import { describePane, inOutlook, rareTests } from './pane-bench.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1764150000"}}}';
const HOST = '_host_Info=Outlook$Web$16.01$en-US$$$$0';

/** `all`: also what is sampled in `npm test`. */
export function paneSignInCases(all: boolean): void {
  const rare = rareTests(all);
  describePane('signing in from the pane', (bench) => {
    /** The pane in Outlook, of somebody with a real account. */
    const inOffice = async (change: Partial<NestedAuth> = {}): Promise<FakeGraph> => {
      bench.stage = await PaneStage.start({
        outlook: inOutlook,
        config: { outlook: { clientId: '11111111-2222-4333-8444-555555555555' } },
      });
      await fakeOffice(bench.context, { supports: ['NestedAppAuth 1.1'] });
      await fakeNestedAuth(bench.context, change);
      const graph = await fakeGraph(bench.context, bench.stage.mailboxUrl, 'local-user');
      const [address, invitation] = (await bench.stage.invitation()).split('#');
      await bench.page.goto(`${address ?? ''}?${HOST}#${invitation ?? ''}`);
      return graph;
    };
    const served = () => bench.stage.until(({ hosts }) => hosts.length > 0);

    it('tells that nobody is signed in, signs in by one click, and syncs', async () => {
      const graph = await inOffice({ signedIn: false });
      await bench.shows('You are signed out');
      expect(await inaccessible(bench.page)).toEqual([]);
      await bench.press('Sign in');
      await served();
      await bench.page.getByText('You are signed out').waitFor({ state: 'detached' });
      await bench.press('Preview the first sync');
      await bench.shows('A sync would make 15 changes to the device. Nothing has been changed yet.');
      await bench.press('Sync now');
      await bench.heading('Sync finished');
      expect((await bench.stage.deviceContacts()).length).toBe(15);
      expect(graph.tokens.every((token) => token.startsWith('Bearer nested-'))).toBe(true);
    });

    rare('asks for what the organisation wants in the middle of a sync, and goes on with it', async () => {
      const graph = await inOffice({ strict: true });
      await served();
      await bench.press('Preview the first sync');
      await bench.heading('Preview finished');
      graph.challenge = CLAIMS;
      await bench.press('Sync now');
      await bench.shows('Your organisation asks for more');
      await bench.shows('Signed in as anna@mailbox.example.');
      expect(await inaccessible(bench.page)).toEqual([]);
      await bench.press('Sign in');
      await bench.heading('Sync finished');
      expect((await bench.stage.deviceContacts()).length).toBe(15);
      const asked = await bench.page.evaluate(() => window.nestedAuth.asked);
      expect(asked.filter(({ method }) => method === 'GetTokenPopup')).toMatchObject([
        { claims: expect.stringContaining('nbf') as string },
      ]);
    });

    rare('tells that the window was closed, and that a permission is missing', async () => {
      await inOffice({ signedIn: false, windowFailure: 'USER_CANCEL' });
      await bench.shows('You are signed out');
      await bench.press('Sign in');
      await bench.shows(/The sign-in was not finished/);
      await bench.page.evaluate(() => {
        window.nestedAuth.windowFailure = undefined;
        window.nestedAuth.agreed = ['user.read', 'mailboxsettings.read'];
      });
      await bench.press('Sign in');
      await served();
      await bench.press('Preview the first sync');
      await bench.shows('A permission is missing');
      await bench.press('Sign in');
      await bench.page.getByText('A permission is missing').waitFor({ state: 'detached' });
    });
  });
}
