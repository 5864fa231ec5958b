/** The pane in Chromium against real processes: local mailbox, bridge and handheld. Needs `npm run build` before. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  browserPath,
  complaintsOf,
  inaccessible,
  launchBrowser,
  paneContext,
  sidewaysScroll,
} from '../support/browser.ts';
import { PaneStage, type PaneStageOptions } from '../support/pane-stage.ts';

const people = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Niklaus', 'Ken', 'Dennis', 'Tony'];
const more = ['Frances', 'Jean', 'Kathleen', 'Margaret', 'Radia'];
const inOutlook = [...people, ...more].map((givenName) => ({
  givenName,
  surname: 'Example',
  jobTitle: 'Engineer',
}));
const STEP_MS = 15_000;

/** `all`: also what is sampled in `npm test`. */
export function paneCases(all: boolean): void {
  const rare = all ? it : skipped;
  describe.skipIf(browserPath === undefined)('the pane', { timeout: 90_000 }, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser.close());

    let stage: PaneStage;
    let context: BrowserContext;
    let page: Page;
    let complaints: readonly string[];
    beforeEach(async () => {
      context = await paneContext(browser);
      context.setDefaultTimeout(STEP_MS);
      page = await context.newPage();
      complaints = complaintsOf(page);
    });
    afterEach(async () => {
      await context.close();
      await stage.stop();
      expect(complaints).toEqual([]);
    });

    const heading = (name: string): Promise<void> => page.getByRole('heading', { name }).waitFor();
    const press = (name: string | RegExp): Promise<void> =>
      page.getByRole('button', { name }).first().click();
    const shows = (text: string | RegExp): Promise<void> =>
      page.locator('main').getByText(text).filter({ visible: true }).first().waitFor();
    const opened = async (options: PaneStageOptions = {}): Promise<void> => {
      stage = await PaneStage.start({ outlook: inOutlook, ...options });
      await page.goto(await stage.invitation());
      await stage.until(
        ({ hosts, devices }) => hosts.length > 0 && devices.every(({ state }) => state === 'connected'),
      );
    };
    const synced = async (options: PaneStageOptions = {}): Promise<void> => {
      await opened(options);
      const client = await stage.client();
      await client.tell('POST', '/api/sync');
      await stage.until(({ job }) => job?.state === 'ok');
      await heading('Sync finished');
    };
    const syncNow = async (outcome = 'Sync finished'): Promise<void> => {
      await press('Sync now');
      await heading('Sync is running');
      await heading(outcome);
    };
    const jobTitle = async (
      name: string,
    ): Promise<readonly [device: unknown, outlook: string | undefined]> => {
      const device = (await stage.deviceContacts()).find(({ fields }) => fields.FirstName === name);
      const outlook = (await stage.outlookContacts()).find((contact) => contact.name === name);
      return [device?.fields.JobTitle, outlook?.jobTitle];
    };

    it('leads from the code of the first run to the first sync', async () => {
      stage = await PaneStage.start({
        configured: false,
        outlook: inOutlook,
        deviceContacts: [{ FirstName: 'Linus' }],
      });
      await page.goto(stage.address);
      const code = await page.locator('#pairing-code').innerText();
      await (await stage.client()).post('/api/pair/confirm', { code }, (await import('zod')).z.unknown());
      await heading('Get started');
      await press('Connect a device');
      await page.getByLabel('Address').fill('nowhere:0');
      await press('Connect');
      await shows('The port is a number from 1 to 65535.');
      await page.getByLabel('Address').fill(`127.0.0.1:${stage.devicePort}`);
      await press('Connect');
      await shows('Handheld is connected.');
      await press('Preview the first sync');
      await heading('Preview finished');
      await shows('A sync would make 15 changes to the device, 1 to Outlook. Nothing has been changed yet.');
      expect((await stage.outlookContacts()).length).toBe(15);
      await press('Show the records: Contacts');
      await heading('What would change in Contacts');
      await page.getByText('Linus').click();
      await shows('New in Outlook');
      await press('Sync now');
      await heading('Sync finished');
      await shows('15 changes to the device, 1 to Outlook.');
      expect(await page.getByText('Get started').count()).toBe(0);
      expect((await stage.outlookContacts()).length).toBe(16);
      expect((await stage.deviceContacts()).length).toBe(16);
      // The device is in the configuration for good.
      await stage.stopBridge();
      await stage.startBridge();
      expect((await stage.status()).devices.map(({ name }) => name)).toEqual(['Handheld']);
    });

    rare('shows how a sync goes also when it is opened again in the middle, and cancels it', async () => {
      const contacts = Array.from({ length: 400 }, (_, index) => ({
        givenName: `P${index}`,
        surname: 'Many',
      }));
      await opened({ outlook: contacts });
      await stage.mailbox('PATCH', '/switches', { latencyMs: 400 }).catch(() => undefined);
      await press('Preview the first sync');
      await heading('Preview is running');
      await page.goto('about:blank');
      await page.goto(stage.address);
      await heading('Preview is running');
      await press('Cancel');
      await heading('Preview was cancelled');
      await shows('Nothing is half-applied.');
      expect((await stage.deviceContacts()).length).toBe(0);
    });

    rare.each([
      ['Use the device’s', 'On the device', 'On the device'],
      ['Use Outlook’s', 'In Outlook', 'In Outlook'],
    ])('carries a choice out: %s', async (choice, onDevice, outlook) => {
      await synced();
      await (await stage.client()).post('/api/settings', ask, (await import('zod')).z.unknown());
      await stage.changeOnDevice('Ada', 'JobTitle=On the device');
      await stage.changeInOutlook('Ada', { jobTitle: 'In Outlook' });
      await syncNow();
      await shows('1 conflict waits for you');
      expect(await jobTitle('Ada')).toEqual(['On the device', 'In Outlook']);
      await press('Decide');
      await heading('Ada Example');
      expect(await page.locator('mark').allInnerTexts()).toEqual(['On the device', 'In Outlook']);
      expect(await inaccessible(page)).toEqual([]);
      await press(choice);
      await shows('Decided. The next sync carries it out.');
      await press(/^Sync$/);
      await syncNow();
      expect(await jobTitle('Ada')).toEqual([onDevice, outlook]);
    });

    rare('asks by itself what to do with what was removed here and changed there', async () => {
      await synced();
      await (await stage.client()).post('/api/settings', ask, (await import('zod')).z.unknown());
      await stage.removeOnDevice('Ada');
      await stage.changeInOutlook('Ada', { jobTitle: 'Countess' });
      await syncNow();
      await press('Decide');
      await shows('Removed on the device, changed in Outlook since.');
      await press('Keep the changed record');
      await shows('Decided. The next sync carries it out.');
      await press(/^Sync$/);
      await syncNow();
      expect(await jobTitle('Ada')).toEqual(['Countess', 'Countess']);
    });

    it('shows what a sync changed field by field, and puts it back', async () => {
      await synced();
      await stage.changeInOutlook('Grace', { jobTitle: 'Admiral' });
      await syncNow();
      await shows('1 change to the device.');
      await press('History');
      await press('What changed');
      await page.getByText('Grace Example').click();
      expect(await page.locator('del').innerText()).toBe('Engineer');
      expect(await page.locator('ins').innerText()).toBe('Admiral');
      await press('Back');
      await press(/^Undo$/);
      await press('Undo it');
      await heading('Undo finished');
      // What the session changed is put back; what Outlook holds is Outlook's own, and no later sync does it again.
      expect(await jobTitle('Grace')).toEqual(['Engineer', 'Admiral']);
      await shows('1 conflict waits for you');
      await press('History');
      await shows('Undone');
      expect(await inaccessible(page)).toEqual([]);
    });

    rare.each([
      ['Remove from Outlook', 3, 3],
      ['Put them back on the device', 15, 15],
    ])('asks before it removes in bulk, and does as told: %s', async (answer, device, outlook) => {
      await synced();
      await stage.removeOnDevice(...people, ...more.slice(0, 2));
      await press('Sync now');
      await heading('Remove 12 contacts from Outlook?');
      await shows('Ada Example');
      expect((await stage.outlookContacts()).length).toBe(15);
      expect(await inaccessible(page)).toEqual([]);
      await press(answer);
      await heading('Sync finished');
      expect((await stage.deviceContacts()).length).toBe(device);
      expect((await stage.outlookContacts()).length).toBe(outlook);
    });

    rare('keeps what is chosen for always, and takes what is chosen for the next sync once', async () => {
      await synced();
      await press('Devices');
      await press(/Contacts/);
      await page.getByLabel('If both sides changed the same thing').selectOption('Outlook wins');
      await shows('Saved.');
      await page.getByLabel('Next sync only').click();
      await page.getByLabel('Direction').selectOption('From the device to Outlook only');
      await page.getByLabel('Always').click();
      await shows('Both ways, otherwise at the next sync');
      expect(await inaccessible(page)).toEqual([]);
      await stage.changeInOutlook('Alan', { jobTitle: 'Logician' });
      await press(/^Sync$/);
      await shows('With your choices for the next sync only.');
      await syncNow();
      // Put back: the device was not to be written.
      expect(await jobTitle('Alan')).toEqual(['Engineer', 'Engineer']);
      await stage.changeInOutlook('Alan', { jobTitle: 'Logician' });
      await stage.changeOnDevice('Alan', 'JobTitle=Runner');
      await syncNow();
      expect(await jobTitle('Alan')).toEqual(['Logician', 'Logician']);
    });

    rare(
      'tells a bridge that is stopped, a device that is gone and a slow service apart, and comes back by itself',
      async () => {
        await synced();
        await stage.stopDevice();
        await shows('Neo is not there');
        await stage.startDevice();
        await page.getByText('Neo is not there').waitFor({ state: 'detached' });
        await stage.stopBridge();
        await shows('The bridge is not running');
        expect(await inaccessible(page)).toEqual([]);
        await stage.startBridge();
        await press('Try now');
        await heading('State');
        await shows('Served by this page');
      },
    );

    rare('says when the device asks its owner, and when the owner has refused', async () => {
      stage = await PaneStage.start({ configured: false });
      await stage.stopDevice();
      await stage.startDevice('deny');
      const devices = [{ name: 'Neo', tcp: { host: '127.0.0.1', port: stage.devicePort } }];
      await stage.stopBridge();
      stage.configure({ outlook: { localMailbox: stage.mailboxUrl }, devices });
      await stage.startBridge();
      await page.goto(await stage.invitation());
      await shows('The device refused this PC.');
    });

    rare('tells another user’s bridge on its port apart, and can be paired with it', async () => {
      await opened();
      await heading('Get started');
      await stage.stopBridge();
      const other = await PaneStage.start({});
      try {
        await other.stopBridge();
        other.bridgePort = stage.bridgePort;
        await other.startBridge();
        await page.goto('about:blank');
        await page.goto(stage.address);
        await shows('Another bridge, or another user’s, answers');
        await press('Pair anew');
        await heading('Let this page in');
      } finally {
        await other.stop();
      }
    });

    rare('tells what is synced and what is not, from the datasets themselves', async () => {
      await synced();
      await press('What is synced, and what is not');
      await shows(/Assistant, Manager, Home web page, Spouse/);
      await shows(/Attendees and their answers/);
      expect(await inaccessible(page)).toEqual([]);
    });

    rare('can be worked by the keyboard alone, and never moves the focus by itself', async () => {
      await opened();
      await heading('Get started');
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
      const tabTo = async (name: string): Promise<void> => {
        for (let steps = 0; steps < 30 && (await focused()) !== name; steps++)
          await page.keyboard.press('Tab');
        expect(await focused()).toBe(name);
      };
      await tabTo('Preview the first sync');
      await page.keyboard.press('Enter');
      await heading('Preview finished');
      await tabTo('Sync now');
      await page.keyboard.press('Space');
      await heading('Sync finished');
      await tabTo('History');
      await page.keyboard.press('Enter');
      await shows('What changed');
      await tabTo('Undo');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('Undo it');
      await tabTo('No');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('Undo');
      await stage.stopDevice();
      await stage.until(({ devices }) => devices[0]?.state !== 'connected');
      expect(await focused()).toBe('Undo');
    });

    rare('shows names as text, whatever they are made of (R18)', async () => {
      const name = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
      await opened({ outlook: [{ givenName: name }] });
      await press('Preview the first sync');
      await press('Show the records: Contacts');
      await shows('<img src=x');
      expect(await page.locator('main img, main script').count()).toBe(0);
      expect(await page.title()).toBe('Device Sync');
    });

    rare.each([
      ['light', 300, 1],
      ['dark', 300, 1],
      ['forced colours', 300, 1],
      ['at 200 %', 300, 2],
    ])('fits, is not scrolled sideways, and axe finds nothing: %s', async (look, width, zoom) => {
      await context.close();
      context = await paneContext(browser, {
        viewport: { width: width / zoom, height: 600 / zoom },
        deviceScaleFactor: zoom,
        colorScheme: look === 'dark' ? 'dark' : 'light',
        forcedColors: look === 'forced colours' ? 'active' : 'none',
      });
      context.setDefaultTimeout(STEP_MS);
      page = await context.newPage();
      complaints = complaintsOf(page);
      await synced();
      await page.waitForTimeout(300);
      for (const name of ['Sync', 'Conflicts', 'History', 'Devices', 'Add a device']) {
        await press(new RegExp(`^${name}$`));
        await page.getByText(/^(Loading|Opening)/).waitFor({ state: 'detached' });
        expect([name, await sidewaysScroll(page), await inaccessible(page)]).toEqual([name, 0, []]);
      }
    });
  });
}

/** Takes what `it` takes, and leaves it. */
const skipped: Pick<typeof it, 'each'> & ((...test: Parameters<typeof it>) => void) = Object.assign(
  (): void => undefined,
  { each: () => () => undefined },
);

const ask = { device: 'Neo', dataset: 'contacts', change: { policy: 'ask' } };
