/** Every view of the pane, in light and dark, into docs/images: taken in Chromium against real processes. */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { Fields } from '../../datasets/index.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { launchBrowser, paneContext } from '../../test/support/browser.ts';
import { PaneStage } from '../../test/support/pane-stage.ts';

const folder = `${process.cwd()}/docs/images`;
const SHARED = 40;
const WAIT_MS = 30_000;

const givenNames =
  'Ingrid Tomás Aoife Jakob Maren Lucia Henrik Nadia Oskar Priya Elise Marco Sanna Felix Yara Piotr Clara Emil Rosa Jonas ' +
  'Hanne Silvio Greta Anton Vera Mateo Linnea Bruno Alma Viktor Freya Ramón Ida Casper Nora Stefan Juno Erik Thea Paolo';
const familyNames = 'Halvorsen Marín Brennan Lindqvist Okafor Bianchi Sørensen'.split(' ');
const jobs = ['Engineer', 'Buyer', 'Sales manager', 'Architect', 'Teacher'];

/** Every one of their own first name, but for those of the second round. */
function persons(): readonly Fields[] {
  const names = givenNames.split(' ');
  return Array.from({ length: 120 }, (_, index) => {
    const name = names[index % names.length] ?? '';
    const round = Math.floor(index / names.length);
    return {
      FirstName: round === 0 ? name : `${name} ${['', 'A.', 'M.'][round] ?? ''}`,
      LastName: familyNames[(index * 3 + round) % familyNames.length] ?? '',
      JobTitle: jobs[index % jobs.length] ?? '',
      'PhoneNumbers/BusinessMobile': `+47 555 0${String(1000 + index)}`,
    };
  });
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const people = persons();
  const stage = await PaneStage.start({
    configured: false,
    outlook: people.slice(0, 90).map((fields) => contactSeed(fields).contact),
    deviceContacts: people.slice(90 - SHARED),
  });
  const browser = await launchBrowser();
  try {
    const context = await paneContext(browser, {
      viewport: { width: 320, height: 640 },
      deviceScaleFactor: 2,
    });
    context.setDefaultTimeout(WAIT_MS);
    await play(await context.newPage(), stage);
  } finally {
    await browser.close();
    await stage.stop();
  }
}

async function play(page: Page, stage: PaneStage): Promise<void> {
  const heading = (name: string): Promise<void> => page.getByRole('heading', { name }).waitFor();
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
  const shot = async (name: string): Promise<void> => {
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      scrollTo(0, 0);
    });
    await page.mouse.move(0, 639);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, animations: 'disabled' });
    }
  };
  const client = await stage.client();
  const settings = (change: Record<string, unknown>): Promise<unknown> =>
    client.post('/api/settings', { device: 'Handheld', dataset: 'contacts', change }, z.unknown());
  /** What people did with the first contacts in Outlook. */
  const names = (await stage.outlookContacts()).filter(({ name }) => name !== '').map(({ name }) => name);
  const onBoth = (await stage.deviceContacts())
    .flatMap(({ fields: { FirstName } }) => (typeof FirstName === 'string' ? [FirstName] : []))
    .filter(
      (name, index, all) => all.indexOf(name) === index && names.filter((each) => each === name).length === 1,
    );

  await page.goto(stage.address);
  await page.locator('#pairing-code').waitFor();
  await shot('pairing');
  await page.goto('about:blank');
  await page.goto(await stage.invitation());
  await heading('Get started');
  await page.getByText('Served by this page').waitFor();
  await shot('first-run');
  await press('Connect a device');
  await page.getByLabel('Address').fill(`127.0.0.1:${stage.devicePort}`);
  await shot('add-device');
  await press('Connect');
  await page.getByText('Handheld is connected.').waitFor();
  await press('Preview the first sync');
  await heading('Preview finished');
  await press('Show the records: Contacts');
  await page.locator('summary').first().waitFor();
  await shot('preview');
  await press('Sync now');
  await heading('Sync finished');
  await shot('home');

  await settings({ policy: 'ask' });
  const [conflict, removed, changed] = onBoth;
  if (conflict === undefined || removed === undefined || changed === undefined)
    throw new Error('too few contacts');
  await stage.changeOnDevice(conflict, 'JobTitle=Head of Field Service', 'Office=Room 214');
  await stage.changeInOutlook(conflict, { jobTitle: 'Head of Customer Service', officeLocation: 'Room 241' });
  await stage.removeOnDevice(removed);
  await stage.changeInOutlook(removed, { department: 'Logistics' });
  await stage.changeInOutlook(changed, { jobTitle: 'Project lead', department: 'Research' });
  await press('Sync now');
  await page
    .getByText(/conflicts wait for you/)
    .first()
    .waitFor();
  await heading('Sync finished');
  await shot('after-sync');
  await press('Decide');
  await page.getByRole('article').first().waitFor();
  await shot('conflicts');
  await press('History');
  await page.getByRole('article').first().waitFor();
  await shot('history');
  await press('What changed');
  await page.locator('summary').filter({ hasText: changed }).first().click();
  await shot('changes');
  await press('Devices');
  await press(/^Contacts/);
  await page.getByLabel('Direction').waitFor();
  await shot('devices');
  await press(/^Sync$/);
  await press('What is synced, and what is not');
  await heading('What is synced, and what is not');
  await shot('coverage');

  await press(/^Sync$/);
  await stage.removeOnDevice(...onBoth.slice(5, 30));
  await press('Sync now');
  await page.getByRole('heading', { name: /^Remove \d+ contacts from Outlook/ }).waitFor();
  await shot('guard');
  await press('Put them back');
  await heading('Sync finished');

  await stage.stopDevice();
  await page.getByText('Handheld is not there').waitFor();
  await shot('device-gone');
  await stage.stopBridge();
  await page.getByText('The bridge is not running').waitFor();
  await shot('bridge-stopped');
}

await main();
process.stdout.write(`${folder}\n`);
