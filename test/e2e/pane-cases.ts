/** The pane in Chromium against real processes: local mailbox, bridge and handheld. Needs `npm run build` before. */
import { expect, it } from 'vitest';
import { inaccessible } from '../support/browser.ts';
import { PaneStage } from '../support/pane-stage.ts';
import { describePane, inOutlook, more, people, rareTests } from './pane-bench.ts';

const LEASE_MS = 60_000;

/** `all`: also what is sampled in `npm test`. */
export function paneCases(all: boolean): void {
  const rare = rareTests(all);
  describePane('the pane', (bench) => {
    it('leads from the code of the first run to the first sync', async () => {
      bench.stage = await PaneStage.start({
        configured: false,
        outlook: inOutlook,
        deviceContacts: [{ FirstName: 'Linus' }],
      });
      await bench.page.goto(bench.stage.address);
      const code = await bench.page.locator('#pairing-code').innerText();
      await bench.tell('/api/pair/confirm', { code });
      await bench.heading('Get started');
      await bench.press('Connect a device');
      await bench.page.getByLabel('Address').fill('nowhere:0');
      await bench.press('Connect');
      await bench.shows('The port is a number from 1 to 65535.');
      await bench.page.getByLabel('Address').fill(`127.0.0.1:${bench.stage.devicePort}`);
      await bench.press('Connect');
      await bench.shows('Handheld is connected.');
      await bench.press('Preview the first sync');
      await bench.heading('Preview finished');
      await bench.shows(
        'A sync would make 15 changes to the device, 1 to Outlook. Nothing has been changed yet.',
      );
      expect((await bench.stage.outlookContacts()).length).toBe(15);
      await bench.press('Show the records: Contacts');
      await bench.heading('What would change in Contacts');
      await bench.page.getByText('Linus').click();
      await bench.shows('New in Outlook');
      await bench.press('Sync now');
      await bench.heading('Sync finished');
      await bench.shows('15 changes to the device, 1 to Outlook.');
      expect(await bench.page.getByText('Get started').count()).toBe(0);
      expect((await bench.stage.outlookContacts()).length).toBe(16);
      expect((await bench.stage.deviceContacts()).length).toBe(16);
      // The device is in the configuration for good.
      await bench.stage.stopBridge();
      await bench.stage.startBridge();
      expect((await bench.stage.status()).devices.map(({ name }) => name)).toEqual(['Handheld']);
    });

    /** A sync that takes a while: 300 contacts of the device are new to Outlook, whose service is slow. */
    const longSync = async (): Promise<void> => {
      await bench.synced();
      await bench.stage.addToDevice(
        Array.from({ length: 300 }, (_, index) => ({ FirstName: `P${index}`, LastName: 'Many' })),
      );
      await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 250 });
      await bench.press('Sync now');
      await bench.heading('Sync is running');
    };
    const counted = async (): Promise<number> => {
      await bench.shows(/: \d+ of 300$/);
      const text = await bench.page.getByText(/: \d+ of 300$/).innerText();
      return Number(/(\d+) of/.exec(text)?.[1]);
    };

    rare(
      'tells how a sync goes, with counts and time left, and goes on after it was closed in the middle',
      async () => {
        await longSync();
        await counted();
        await bench.shows(/^about .+ left$/);
        const bar = bench.page.getByRole('progressbar', { name: 'Contacts' });
        expect(await bar.getAttribute('aria-valuetext')).toMatch(/ of 300$/);
        const before = await counted();
        await bench.page.goto('about:blank');
        await bench.page.goto(bench.stage.address);
        await bench.heading('Sync is running');
        expect(await counted()).toBeGreaterThanOrEqual(before);
        await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 0 });
        // What the closed page was at is given to the next one when its lease has run out.
        await bench.heading('Sync finished', LEASE_MS);
        await bench.shows('300 changes to Outlook.');
        expect((await bench.stage.outlookContacts()).length).toBe(315);
        expect(new Set((await bench.stage.outlookContacts()).map(({ name }) => name)).size).toBe(315);
      },
    );

    rare('cancels a sync in the middle, and the next one completes it', async () => {
      await longSync();
      await counted();
      await bench.press('Cancel');
      await bench.heading('Sync was cancelled');
      await bench.shows('Nothing is half-applied.');
      await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 0 });
      // Answers that nobody waited for are looked up first.
      await bench.syncNow('Sync finished', LEASE_MS);
      const names = (await bench.stage.outlookContacts()).map(({ name }) => name);
      expect([names.length, new Set(names).size]).toEqual([315, 315]);
      expect((await bench.stage.deviceContacts()).length).toBe(315);
    });

    rare('previews on demand, changes nothing by it, and can be cancelled', async () => {
      await bench.synced();
      await bench.stage.changeInOutlook('Grace', { jobTitle: 'Admiral' });
      await bench.press('Preview');
      await bench.heading('Preview finished');
      await bench.shows('A sync would make 1 change to the device. Nothing has been changed yet.');
      await bench.press('Show the records: Contacts');
      await bench.page.getByText('Grace Example').click();
      expect(await bench.page.locator('ins').innerText()).toBe('Admiral');
      expect(await bench.jobTitle('Grace')).toEqual(['Engineer', 'Admiral']);
      await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 3000 });
      await bench.press(/^Sync$/);
      await bench.press('Preview');
      await bench.heading('Preview is running');
      await bench.press('Cancel');
      await bench.heading('Preview was cancelled');
    });

    rare.each([
      ['Use the device’s', 'On the device', 'On the device'],
      ['Use Outlook’s', 'In Outlook', 'In Outlook'],
    ])('carries a choice out: %s', async (choice, onDevice, outlook) => {
      await bench.synced();
      await bench.askMe();
      await bench.stage.changeOnDevice('Ada', 'JobTitle=On the device');
      await bench.stage.changeInOutlook('Ada', { jobTitle: 'In Outlook' });
      await bench.syncNow();
      await bench.shows('1 conflict waits for you');
      expect(await bench.jobTitle('Ada')).toEqual(['On the device', 'In Outlook']);
      await bench.press('Decide');
      await bench.heading('Ada Example');
      expect(await bench.page.locator('mark').allInnerTexts()).toEqual(['On the device', 'In Outlook']);
      expect(await inaccessible(bench.page)).toEqual([]);
      await bench.press(choice);
      await bench.shows('Decided. The next sync carries it out.');
      await bench.press(/^Sync$/);
      await bench.syncNow();
      expect(await bench.jobTitle('Ada')).toEqual([onDevice, outlook]);
    });

    rare('keeps both records where that is chosen', async () => {
      await bench.synced();
      await bench.askMe();
      await bench.stage.changeOnDevice('Ada', 'JobTitle=On the device');
      await bench.stage.changeInOutlook('Ada', { jobTitle: 'In Outlook' });
      await bench.syncNow();
      await bench.press('Decide');
      await bench.press('Keep both');
      await bench.shows('Decided. The next sync carries it out.');
      await bench.press(/^Sync$/);
      await bench.syncNow();
      const titles = (await bench.stage.outlookContacts()).map(({ jobTitle }) => jobTitle);
      expect(titles).toHaveLength(16);
      expect(titles).toEqual(expect.arrayContaining(['On the device', 'In Outlook']));
      expect((await bench.stage.deviceContacts()).length).toBe(16);
    });

    rare.each([
      ['Keep the changed record', ['Countess', 'Countess']],
      ['Remove it on both sides', [undefined, undefined]],
    ])('asks by itself what to do with what was removed here and changed there: %s', async (choice, left) => {
      await bench.synced();
      await bench.askMe();
      await bench.stage.removeOnDevice('Ada');
      await bench.stage.changeInOutlook('Ada', { jobTitle: 'Countess' });
      await bench.syncNow();
      await bench.press('Decide');
      await bench.shows('Removed on the device, changed in Outlook since.');
      await bench.press(choice);
      await bench.shows('Decided. The next sync carries it out.');
      await bench.press(/^Sync$/);
      await bench.syncNow();
      expect(await bench.jobTitle('Ada')).toEqual(left);
    });

    it('shows what a sync changed field by field, and puts it back', async () => {
      await bench.synced();
      await bench.stage.changeInOutlook('Grace', { jobTitle: 'Admiral' });
      await bench.syncNow();
      await bench.shows('1 change to the device.');
      await bench.press('History');
      await bench.press('What changed');
      await bench.page.getByText('Grace Example').click();
      expect(await bench.page.locator('del').innerText()).toBe('Engineer');
      expect(await bench.page.locator('ins').innerText()).toBe('Admiral');
      await bench.press('Back');
      await bench.press(/^Undo$/);
      await bench.press('Undo it');
      await bench.heading('Undo finished');
      // What the session changed is put back; what Outlook holds is Outlook's own, and no later sync does it again.
      expect(await bench.jobTitle('Grace')).toEqual(['Engineer', 'Admiral']);
      await bench.shows('1 conflict waits for you');
      await bench.press('History');
      await bench.shows('Undone');
      expect(await inaccessible(bench.page)).toEqual([]);
    });

    rare.each([
      ['Remove from Outlook', 3, 3],
      ['Put them back on the device', 15, 15],
      ['Not now', 3, 15],
    ])('asks before it removes in bulk, and does as told: %s', async (answer, device, outlook) => {
      await bench.synced();
      await bench.stage.removeOnDevice(...people, ...more.slice(0, 2));
      await bench.press('Sync now');
      await bench.heading('Remove 12 contacts from Outlook?');
      await bench.shows('Ada Example');
      expect((await bench.stage.outlookContacts()).length).toBe(15);
      expect(await inaccessible(bench.page)).toEqual([]);
      await bench.press(answer);
      await bench.heading(answer === 'Not now' ? /^Sync / : 'Sync finished');
      await bench.page.getByRole('heading', { name: 'Sync is running' }).waitFor({ state: 'detached' });
      expect((await bench.stage.deviceContacts()).length).toBe(device);
      expect((await bench.stage.outlookContacts()).length).toBe(outlook);
    });

    rare('keeps what is chosen for always, and takes what is chosen for the next sync once', async () => {
      await bench.synced();
      await bench.press('Devices');
      await bench.press(/Contacts/);
      await bench.page.getByLabel('If both sides changed the same thing').selectOption('Outlook wins');
      await bench.shows('Saved.');
      await bench.page.getByLabel('Next sync only').click();
      await bench.page.getByLabel('Direction').selectOption('From the device to Outlook only');
      await bench.page.getByLabel('Always').click();
      await bench.shows('Both ways, otherwise at the next sync');
      expect(await inaccessible(bench.page)).toEqual([]);
      await bench.stage.changeInOutlook('Alan', { jobTitle: 'Logician' });
      await bench.press(/^Sync$/);
      await bench.shows('With your choices for the next sync only.');
      await bench.syncNow();
      // Put back: the device was not to be written.
      expect(await bench.jobTitle('Alan')).toEqual(['Engineer', 'Engineer']);
      await bench.stage.changeInOutlook('Alan', { jobTitle: 'Logician' });
      await bench.stage.changeOnDevice('Alan', 'JobTitle=Runner');
      await bench.syncNow();
      expect(await bench.jobTitle('Alan')).toEqual(['Logician', 'Logician']);
    });

    rare('tells what is synced and what is not, from the datasets themselves', async () => {
      await bench.synced();
      await bench.press('What is synced, and what is not');
      await bench.shows(/Assistant, Manager, Home web page, Spouse/);
      await bench.shows(/Attendees and their answers/);
      expect(await inaccessible(bench.page)).toEqual([]);
    });

    rare('shows names as text, whatever they are made of (R18)', async () => {
      const name = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
      await bench.opened({ outlook: [{ givenName: name }] });
      await bench.press('Preview the first sync');
      await bench.press('Show the records: Contacts');
      await bench.shows('<img src=x');
      expect(await bench.page.locator('main img, main script').count()).toBe(0);
      expect(await bench.page.title()).toBe('Device Sync');
    });
  });
}
