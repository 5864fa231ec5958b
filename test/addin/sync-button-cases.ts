/** The Sync button of the ribbon in Chromium: a stand-in for Outlook around it, the bridge's real server behind it. Needs `npm run build`. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../contract/api.ts';
import type { Job } from '../../contract/job.ts';
import { startMailbox, type Mailbox } from '../../demo/mailbox/mailbox.ts';
import { readAll } from '../contracts/server-plugin-contract.ts';
import { browserPath } from '../support/browser.ts';
import { fakeOffice, type FakeOfficeOptions } from '../support/fake-office.ts';
import { startHttpBench, type HttpBench } from '../support/http-bench.ts';
import { builtPages, launchBrowser, openContext, type PageContext } from '../support/page-bench.ts';
import { sampleJob } from '../support/sample-job.ts';
import './harness-window.ts';

const running: Job = { ...sampleJob, state: 'running', endedAt: null, sessions: [] };
const synced: DeviceStatus = {
  name: 'Neo',
  link: 'tcp 192.168.0.202:4245',
  state: 'connected',
  lastSync: '2026-11-25T10:00:00Z',
};

/** `all`: also what is sampled in `npm test`. */
export function syncButtonCases(all: boolean): void {
  const rare = all ? it : (): void => undefined;
  describe.skipIf(browserPath === undefined)('the Sync button', () => {
    let browser: Browser;
    let bench: HttpBench;
    let mailbox: Mailbox;
    let opened: PageContext;
    let page: Page;

    beforeAll(async () => {
      const [started, box] = await Promise.all([launchBrowser(), startMailbox()]);
      browser = started;
      mailbox = box;
      mailbox.admin.seed('user', [{ contact: { givenName: 'Ada' } }]);
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await mailbox.close();
    });
    beforeEach(async () => {
      bench = await startHttpBench({
        pagesFolder: builtPages(),
        config: { outlook: { localMailbox: mailbox.url, clientId: undefined, authority: undefined } },
      });
      bench.service.deviceList = [synced];
      bench.service.onStart = () => {
        bench.service.tell({ event: 'job', job: running });
        return running.id;
      };
      opened = await openContext(browser);
      page = await opened.context.newPage();
    });
    afterEach(async () => {
      await opened.context.close();
      // A page that is closed in the middle cannot say goodbye: its host would be seen by the next test.
      await bench.stop();
    });
    const labels = (): string[] => bench.hosts.hosts().map(({ label }) => label);

    /** Opens the page of the buttons, paired as the pane has paired it. */
    const open = async (options: FakeOfficeOptions = {}, paired = true): Promise<void> => {
      await fakeOffice(opened.context, options);
      if (paired) {
        const { secret } = (await bench.call('POST', '/api/pair/invite', {})).json as { secret: string };
        const answer = await bench.call('POST', '/api/pair/redeem', { secret, label: 'test' });
        const { key } = answer.json as { key: string };
        await opened.context.addInitScript(
          (kept) => localStorage.setItem('outlook-device-sync.key', kept),
          key,
        );
      }
      await page.goto(
        `https://localhost:${bench.server.port}/commands.html?_host_Info=Outlook$Web$16.01$en-US`,
      );
      await page.waitForFunction(() => 'fakeOffice' in window);
    };
    const click = (): Promise<void> => page.evaluate(() => window.fakeOffice.click('syncNow'));
    const notes = (): Promise<string[]> => page.evaluate(() => [...window.fakeOffice.notes]);
    const says = (text: string): Promise<void> =>
      expect.poll(async () => (await notes()).at(-1), { timeout: 15_000 }).toContain(text);
    const completed = (): Promise<number> => page.evaluate(() => window.fakeOffice.completed);
    const started = (count = 1): Promise<void> =>
      expect.poll(() => bench.service.started.length, { timeout: 15_000 }).toBe(count);
    const end = (job: Job = sampleJob): void => bench.service.tell({ event: 'job', job });

    it('starts a sync, serves the mailbox meanwhile, tells how it goes and ends, and completes its event', async () => {
      await open();
      await click();
      await started();
      expect(bench.service.started).toEqual([{ device: 'Neo', attended: true }]);
      const factory = await bench.hosts.waitForMailbox(AbortSignal.timeout(10_000));
      const { items } = await readAll(() => factory.create('contacts'), null);
      expect([...items.values()].map(({ fields }) => fields.FirstName)).toEqual(['Ada']);
      expect(bench.hosts.hosts()).toMatchObject([{ label: 'Sync button' }]);
      bench.service.tell({
        event: 'progress',
        job: running.id,
        progress: { dataset: 'contacts', phase: 'applying', done: 3, total: 12, text: 'writing' },
      });
      end();
      await says('information: Synced: 3 changes to the device, 3 changes to Outlook, 1 conflict.');
      expect((await notes())[0]).toBe('progress: Starting the sync…');
      await expect.poll(completed).toBe(1);
      await expect.poll(() => bench.hosts.hosts()).toEqual([]);
      expect(opened.escaped).toEqual([]);
    });

    rare(
      'completes its event after ten seconds, goes on, and the next click follows the same sync',
      async () => {
        await open();
        await click();
        await click();
        await started();
        expect(await page.evaluate(() => window.fakeOffice.waiting)).toBe(1);
        expect(await completed()).toBe(0);
        await expect
          .poll(notes, { timeout: 15_000 })
          .toContainEqual(expect.stringContaining('The sync goes on'));
        // Outlook passes on the click that it has held back.
        await expect.poll(() => page.evaluate(() => window.fakeOffice.waiting)).toBe(0);
        expect(bench.hosts.hosts()).toHaveLength(1);
        end();
        await says('Synced: ');
        await expect.poll(completed).toBe(2);
        expect(bench.service.started).toHaveLength(1);
      },
    );

    rare('leaves the mailbox to a host that is there already, also for a first sync', async () => {
      bench.service.deviceList = [{ ...synced, lastSync: null }];
      await bench.call('POST', '/api/host/attach', {
        mailbox: { tenant: 'local', user: 'user', displayName: 'user', folders: { contacts: 'default' } },
        datasets: ['contacts'],
        label: 'task pane',
      });
      await open();
      await click();
      await started();
      expect(labels()).toEqual(['task pane']);
      end({ ...sampleJob, state: 'cancelled' });
      await says('cancelled');
    });

    it('sends a long first sync to the pane', async () => {
      bench.service.deviceList = [{ ...synced, lastSync: null }];
      await open();
      await click();
      await says('information: The first sync takes longer');
      await expect.poll(completed).toBe(1);
      expect(bench.service.started).toEqual([]);
    });

    rare('follows a sync that runs already', async () => {
      const progress = {
        dataset: 'tasks',
        phase: 'planning',
        done: 0,
        total: null,
        text: 'planning',
      } as const;
      bench.service.jobs.set(running.id, { ...running, progress });
      await open();
      await click();
      await says('progress: Syncing tasks: planning');
      end({
        ...sampleJob,
        state: 'failed',
        error: { code: 'link.lost', message: 'The connection was lost.', remedy: 'Reconnect the device.' },
      });
      await says('error: The connection was lost. Reconnect the device.');
      expect(bench.service.started).toEqual([]);
    });

    rare('syncs the device that is there, also where another one has never been synced', async () => {
      bench.service.deviceList = [
        { ...synced, name: 'Drawer', state: 'disconnected', lastSync: null },
        { ...synced, name: 'Pocket' },
      ];
      await open();
      await click();
      await started();
      expect(bench.service.started).toEqual([{ device: 'Pocket', attended: true }]);
      end();
      await says('Synced: ');
    });

    rare('says that no device is set up', async () => {
      bench.service.deviceList = [];
      await open();
      await click();
      await says('error: No device is set up yet.');
      await expect.poll(completed).toBe(1);
    });

    it('sends to the pane who has not paired it yet', async () => {
      await open({}, false);
      await click();
      await says('not paired');
      await expect.poll(completed).toBe(1);
    });

    it('syncs also where there is no item to say anything over', async () => {
      await open({ item: false });
      await click();
      await started();
      end();
      await expect.poll(completed, { timeout: 15_000 }).toBe(1);
      expect(await notes()).toEqual([]);
    });
  });
}
