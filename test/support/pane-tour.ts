/** All of the pane's views, played with made-up people’s records against real processes: for pictures and for checks. */
import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { Fields } from '../../datasets/index.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { PaneStage } from './pane-stage.ts';

const SHARED = 40;

/** Every view in the order in which the tour comes to it. */
export const VIEWS = [
  'pairing',
  'first-run',
  'add-device',
  'add-device-serial',
  'preview',
  'home',
  'no-conflicts',
  'running',
  'after-sync',
  'conflicts',
  'history',
  'undo',
  'changes',
  'devices',
  'devices-calendar',
  'coverage',
  'guard',
  'device-gone',
  'bridge-stopped',
] as const;
export type ViewName = (typeof VIEWS)[number];

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

/** What the tour plays on: some contacts in Outlook alone, some on the handheld alone, some on both; no device is set up. */
export function startTourStage(): Promise<PaneStage> {
  const people = persons();
  return PaneStage.start({
    configured: false,
    outlook: people.slice(0, 90).map((fields) => contactSeed(fields).contact),
    deviceContacts: people.slice(90 - SHARED),
  });
}

/**
 * Leads the pane through all of its views, and tells the name of each one once it is shown. `view` may change colours and
 * the size of the page, and leaves it as wide as it was.
 */
export async function tourPane(
  page: Page,
  stage: PaneStage,
  view: (name: ViewName) => Promise<void>,
): Promise<void> {
  const heading = (name: string): Promise<void> => page.getByRole('heading', { name }).waitFor();
  const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click();
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
  await view('pairing');
  await page.goto('about:blank');
  await page.goto(await stage.invitation());
  await heading('Get started');
  await page.getByText('Served by this page').waitFor();
  await view('first-run');
  await press('Connect a device');
  await page.getByLabel('Address').fill(`127.0.0.1:${stage.devicePort}`);
  await view('add-device');
  await page.getByLabel('Serial cable, or USB serial').click();
  await page.getByText('Look again').waitFor();
  await view('add-device-serial');
  await page.getByLabel('Network, or USB network').click();
  await press('Connect');
  await page.getByText('Handheld is connected.').waitFor();
  await press('Preview the first sync');
  await heading('Preview finished');
  await press('Show the records: Contacts');
  await page.locator('summary').first().waitFor();
  await view('preview');
  await press('Sync now');
  await heading('Sync finished');
  await view('home');
  await press('Conflicts');
  await page.getByText('No conflict waits for you.').waitFor();
  await view('no-conflicts');
  await press(/^Sync$/);

  await stage.mailbox('PATCH', '/switches', { serviceTime: 1500 });
  await stage.changeInOutlook(onBoth[4] ?? '', { jobTitle: 'Buyer' });
  await press('Sync now');
  await heading('Sync is running');
  await page.getByText('Contacts', { exact: true }).waitFor();
  await view('running');
  await stage.mailbox('PATCH', '/switches', { serviceTime: 0 });
  await heading('Sync finished');

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
  await view('after-sync');
  await press('Decide');
  await page.getByRole('article').first().waitFor();
  await view('conflicts');
  await press('History');
  await page.getByRole('article').first().waitFor();
  await view('history');
  await press(/^Undo$/);
  await page.getByText('Undo it').waitFor();
  await view('undo');
  await press('What changed');
  await page.locator('summary').filter({ hasText: changed }).first().click();
  await view('changes');
  await press('Devices');
  await press(/^Contacts/);
  await page.getByLabel('Direction').waitFor();
  await view('devices');
  await page.getByRole('button', { name: /^Calendar/ }).click();
  await page.getByLabel('Days back').waitFor();
  await view('devices-calendar');
  await press(/^Sync$/);
  await press('What is synced, and what is not');
  await heading('What is synced, and what is not');
  await page.locator('summary').first().click();
  await view('coverage');

  await press(/^Sync$/);
  await stage.removeOnDevice(...onBoth.slice(5, 30));
  await press('Sync now');
  await page.getByRole('heading', { name: /^Remove \d+ contacts from Outlook/ }).waitFor();
  await view('guard');
  await press('Put them back');
  await heading('Sync finished');

  await stage.stopDevice();
  await page.getByText('Handheld is not there').waitFor();
  await view('device-gone');
  await stage.stopBridge();
  await page.getByText('The bridge is not running').waitFor();
  await view('bridge-stopped');
}
