/** Signing in with the real MSAL in Chromium: with Outlook's help, by a window of the page, by a window of Outlook's. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SignInState } from '../../addin/auth/sign-in.ts';
import { startMailbox } from '../../demo/mailbox/mailbox.ts';
import { readAll } from '../contracts/server-plugin-contract.ts';
import { browserPath } from '../support/browser.ts';
import { fakeGraph } from '../support/fake-graph.ts';
import { fakeMicrosoft } from '../support/fake-microsoft.ts';
import { fakeNestedAuth, type NestedAuth } from '../support/fake-nested-auth.ts';
import { fakeOffice } from '../support/fake-office.ts';
import { startHttpBench, type HttpBench } from '../support/http-bench.ts';
import { buildPages, launchBrowser, openContext, type PageContext } from '../support/page-bench.ts';
import type { Harness } from './harness.ts';
import './harness-window.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1764150000"}}}';
const NESTED = 'NestedAppAuth 1.1';

/** `all`: also what is sampled in `npm test`. */
export function signInCases(all: boolean): void {
  const rare = all ? it : (): void => undefined;
  describe.skipIf(browserPath === undefined)('signing in', () => {
    let browser: Browser;
    let bench: HttpBench;
    let opened: PageContext;
    let page: Page;

    beforeAll(async () => {
      const [started, pagesFolder] = await Promise.all([
        launchBrowser(),
        buildPages(['test/addin/harness.html', 'addin/auth/auth.html', 'addin/auth/dialog.html']),
      ]);
      browser = started;
      bench = await startHttpBench({
        pagesFolder,
        config: {
          outlook: {
            localMailbox: undefined,
            clientId: '11111111-2222-4333-8444-555555555555',
            authority: undefined,
          },
        },
      });
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await bench.stop();
    });
    beforeEach(async () => {
      opened = await openContext(browser);
      page = await opened.context.newPage();
    });
    afterEach(() => opened.context.close());

    /** `patience`: how long a token waits for a person, in ms. */
    const open = async (patience = 0): Promise<void> => {
      await page.goto(`https://localhost:${bench.server.port}/harness.html?patience=${patience}`);
      await page.waitForFunction(() => 'harness' in window);
    };
    const state = (): Promise<SignInState> => page.evaluate(() => window.harness.account.signIn.state);
    const becomes = async (kind: SignInState['kind']): Promise<SignInState> => {
      await expect.poll(async () => (await state()).kind, { timeout: 10_000 }).toBe(kind);
      return state();
    };
    const token = (...permissions: Parameters<Harness['token']>[0]): Promise<string> =>
      page.evaluate((wanted) => window.harness.token(wanted), permissions);
    const challenge = (): Promise<string> =>
      page.evaluate((claims) => window.harness.token(['User.Read'], claims), CLAIMS);
    const asked = (): Promise<NestedAuth['asked']> => page.evaluate(() => window.nestedAuth.asked);
    const shown = (): Promise<string> => page.locator('#state').innerText();

    describe('with Outlook’s help (nested app authentication)', () => {
      const inOutlook = async (change: Partial<NestedAuth> = {}, patience = 0): Promise<void> => {
        await fakeOffice(opened.context, { supports: [NESTED] });
        await fakeNestedAuth(opened.context, change);
        await open(patience);
      };

      it('takes who is signed in to Outlook, asks nobody, and asks for no permission before it is needed', async () => {
        await inOutlook();
        expect(await token('User.Read')).toBe('nested-1');
        expect(await state()).toEqual({
          kind: 'signed-in',
          account: { tenant: 'contoso', address: 'anna@mailbox.example', name: 'Anna' },
        });
        await token('Contacts.ReadWrite');
        const requests = await asked();
        expect(requests.map(({ method }) => method)).toEqual(['GetToken', 'GetToken']);
        expect(requests[0]?.scope).not.toContain('contacts');
        expect(requests[1]?.scope).toContain('contacts.readwrite');
        expect(requests[1]?.scope).not.toContain('calendars');
        expect(opened.escaped).toEqual([]);
      });

      rare('is done by a click where nobody is signed in', async () => {
        await inOutlook({ signedIn: false });
        await expect(token('User.Read')).rejects.toThrow('Nobody is signed in');
        await becomes('signed-out');
        await page.click('#sign-in');
        await becomes('signed-in');
        expect(await page.evaluate(() => window.harness.states)).toEqual([
          'looking',
          'signed-out',
          'signing-in',
          'signed-in',
        ]);
      });

      it('asks for a permission when its dataset is first used, and goes on when it is granted', async () => {
        await inOutlook({ agreed: ['user.read', 'mailboxsettings.read'] }, 15_000);
        await token('User.Read');
        const waiting = token('Calendars.ReadWrite');
        expect(await becomes('interaction-required')).toMatchObject({
          why: 'permission',
          permissions: ['Calendars.ReadWrite'],
          account: { address: 'anna@mailbox.example' },
        });
        await page.click('#sign-in');
        expect(await waiting).toMatch(/^nested-/);
        await becomes('signed-in');
        const window_ = (await asked()).find(({ method }) => method === 'GetTokenPopup');
        expect(window_?.scope).toContain('calendars.readwrite');
        expect(window_?.scope).not.toContain('tasks');
      });

      rare('renews a token in silence when it runs out', async () => {
        await inOutlook({ lifeSeconds: 20 });
        expect([await token('Tasks.ReadWrite'), await token('Tasks.ReadWrite')]).toEqual([
          'nested-1',
          'nested-2',
        ]);
        await page.evaluate(() => (window.nestedAuth.lifeSeconds = 3600));
        expect([await token('Tasks.ReadWrite'), await token('Tasks.ReadWrite')]).toEqual([
          'nested-3',
          'nested-3',
        ]);
        expect((await asked()).map(({ method }) => method)).toEqual(['GetToken', 'GetToken', 'GetToken']);
      });

      rare('meets a claims challenge in silence where it can', async () => {
        await inOutlook();
        expect(await token('User.Read')).toBe('nested-1');
        expect(await challenge()).toBe('nested-2');
        expect((await asked()).at(-1)).toMatchObject({
          method: 'GetToken',
          forced: true,
          claims: expect.stringContaining('"value":"1764150000"') as string,
        });
      });

      rare(
        'asks the person to meet a claims challenge where it must, and goes on with the token of the window',
        async () => {
          await inOutlook({ strict: true }, 15_000);
          await token('User.Read');
          const waiting = challenge();
          expect(await becomes('interaction-required')).toMatchObject({ why: 'challenge' });
          await page.click('#sign-in');
          expect(await waiting).toMatch(/^nested-/);
          expect((await asked()).at(-1)).toMatchObject({
            method: 'GetTokenPopup',
            claims: expect.stringContaining('nbf') as string,
          });
          await becomes('signed-in');
        },
      );

      it('serves the mailbox with least permissions, through a claims challenge of Graph in the middle', async () => {
        const mailbox = await startMailbox();
        mailbox.admin.seed('user', [{ contact: { givenName: 'Ada' } }]);
        const graph = await fakeGraph(opened.context, mailbox.url, 'local-user');
        await inOutlook({ strict: true }, 15_000);
        const { secret } = (await bench.call('POST', '/api/pair/invite', {})).json as { secret: string };
        const answer = await bench.call('POST', '/api/pair/redeem', { secret, label: 'test' });
        const { key } = answer.json as { key: string };
        await page.evaluate((session) => window.harness.serve(session), key);
        const factory = await bench.hosts.waitForMailbox(AbortSignal.timeout(10_000));
        expect(factory.mailbox.tenant).toBe('contoso');
        graph.challenge = CLAIMS;
        const reading = readAll(() => factory.create('contacts'), null);
        expect(await becomes('interaction-required')).toMatchObject({ why: 'challenge' });
        await page.click('#sign-in');
        const { items } = await reading;
        expect([...items.values()].map(({ fields }) => fields.FirstName)).toEqual(['Ada']);
        const scopes = (await asked()).map(({ scope }) => scope).join(' ');
        expect(scopes).toContain('contacts.readwrite');
        expect(scopes).not.toMatch(/calendars|tasks/);
        // Every request to Graph carried a token of Outlook's, and the bridge saw none of them.
        expect(graph.tokens.every((token_) => token_.startsWith('Bearer nested-'))).toBe(true);
        expect(bench.log()).not.toContain('nested-');
        await mailbox.close();
      });

      it('tells that the person closed the window, and can be tried again', async () => {
        await inOutlook({ signedIn: false, windowFailure: 'USER_CANCEL' });
        await expect(token('User.Read')).rejects.toThrow();
        await page.click('#sign-in');
        await expect.poll(shown).toContain('"code":"sign-in.cancelled"');
        expect((await state()).kind).toBe('signed-out');
        await page.evaluate(() => (window.nestedAuth.windowFailure = undefined));
        await page.click('#sign-in');
        await becomes('signed-in');
      });

      rare('tells that there is no network', async () => {
        await inOutlook({ failure: 'NO_NETWORK' });
        await expect(token('User.Read')).rejects.toThrow('Outlook’s service cannot be reached');
      });

      rare('tells what Outlook says where it fails for good', async () => {
        await inOutlook({ failure: 'PERSISTENT_ERROR' });
        await expect(token('User.Read')).rejects.toThrow('Microsoft’s sign-in refused');
      });

      it('signs in by a window of the page where Outlook has it switched off', async () => {
        const microsoft = await fakeMicrosoft(opened.context);
        await inOutlook({ failure: 'DISABLED' });
        await expect(token('User.Read')).rejects.toThrow('Nobody is signed in');
        const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#sign-in')]);
        await popup.click('#go');
        await becomes('signed-in');
        expect(microsoft.windows).toHaveLength(1);
        // Who has this mailbox open will want to sign in with its address.
        expect(microsoft.windows[0]?.hint).toBe('anna@mailbox.example');
      });
    });

    describe('by a window of the page', () => {
      const signIn = async (link: '#go' | '#refuse' = '#go'): Promise<void> => {
        const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#sign-in')]);
        await popup.click(link);
      };

      it('works in a plain browser tab, and is remembered', async () => {
        const microsoft = await fakeMicrosoft(opened.context);
        await open();
        await signIn();
        expect(await becomes('signed-in')).toMatchObject({
          account: { tenant: 'contoso', address: 'anna@mailbox.example', name: 'Anna' },
        });
        expect(await token('User.Read')).toBe('microsoft-1');
        await page.reload();
        await page.waitForFunction(() => 'harness' in window);
        expect(await token('User.Read')).toBe('microsoft-1');
        expect(microsoft.windows).toHaveLength(1);
        expect(microsoft.windows[0]?.scope).not.toMatch(/contacts|calendars|tasks/i);
      });

      rare('renews in silence by what the window has brought', async () => {
        const microsoft = await fakeMicrosoft(opened.context);
        microsoft.lifeSeconds = 20;
        await open();
        await signIn();
        await becomes('signed-in');
        expect(await token('User.Read')).toBe('microsoft-2');
        expect(microsoft.tokens).toEqual(['authorization_code', 'refresh_token']);
      });

      rare('tells that the person refused, and forgets who signed in when it is told to', async () => {
        await fakeMicrosoft(opened.context);
        await open();
        await signIn('#refuse');
        await expect.poll(shown).toContain('"code":"sign-in.cancelled"');
        await signIn();
        await becomes('signed-in');
        await page.evaluate(() => window.harness.account.signIn.signOut?.());
        await becomes('signed-out');
        await expect(token('User.Read')).rejects.toThrow('Nobody is signed in');
      });

      rare('may be clicked again while a window is open: the later one counts', async () => {
        await fakeMicrosoft(opened.context);
        await open();
        const [first] = await Promise.all([page.waitForEvent('popup'), page.click('#sign-in')]);
        await first.close();
        await signIn();
        await becomes('signed-in');
      });
    });

    describe('by a window of Outlook’s, where a page cannot open one', () => {
      const inOutlook = async (): Promise<void> => {
        await fakeOffice(opened.context, { blocksWindows: true, supports: ['DialogApi 1.1'] });
        await open();
        await expect(token('User.Read')).rejects.toThrow('Nobody is signed in');
      };

      it('brings a token that is used until it runs out', async () => {
        const microsoft = await fakeMicrosoft(opened.context);
        await inOutlook();
        const [dialog] = await Promise.all([opened.context.waitForEvent('page'), page.click('#sign-in')]);
        await dialog.click('#go');
        expect(await becomes('signed-in')).toMatchObject({ account: { address: 'anna@mailbox.example' } });
        expect(await token('User.Read', 'MailboxSettings.Read')).toBe('microsoft-1');
        expect(microsoft.windows[0]?.hint).toBe('anna@mailbox.example');
        const [address = ''] = await page.evaluate(() => window.fakeOffice.dialogs);
        expect(new URL(address).origin).toBe(new URL(page.url()).origin);
      });

      rare('tells that the person closed it', async () => {
        await fakeMicrosoft(opened.context);
        await inOutlook();
        await Promise.all([opened.context.waitForEvent('page'), page.click('#sign-in')]);
        await page.evaluate(() => window.fakeOffice.closeDialog());
        await expect.poll(shown).toContain('"code":"sign-in.cancelled"');
      });
    });
  });
}
