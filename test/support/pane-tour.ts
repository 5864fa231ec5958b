/** All of the pane's views, played with made-up people’s records against real processes: for pictures and for checks. */
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { paths } from '../../contract/api.ts';
import type { Fields } from '../../datasets/index.ts';
import { startProgram } from '../../demo/processes.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { fakeNestedAuth } from './fake-nested-auth.ts';
import { fakeOffice, type FakeOffice } from './fake-office.ts';
import { answering } from './https-listener.ts';
import { OFFICE_THEMES } from './office-themes.ts';
import { PaneStage } from './pane-stage.ts';

const SHARED = 40;
const PEOPLE = 120;
/** So many are added to the handheld for a sync that takes a while. */
const MORE = 240;
/** What Outlook tells the pages that it opens. */
const IN_OUTLOOK = '?_host_Info=Outlook$Web$16.01$en-US$$$$0';

/** Every view in the order in which the tour comes to it. */
export const VIEWS = [
  'pairing',
  'first-run',
  'add-device',
  'add-device-serial',
  'preview',
  'home',
  'no-conflicts',
  'after-sync',
  'conflicts',
  'history',
  'undo',
  'changes',
  'devices',
  'devices-calendar',
  'forget-device',
  'coverage',
  'guard',
  'running',
  'slow-down',
  'paused',
  'device-gone',
  'bridge-stopped',
  'port-taken',
  'certificate-ends',
  'code-question',
  'second-device',
  'signed-out',
] as const;
export type ViewName = (typeof VIEWS)[number];

const givenNames =
  'Ingrid Tomás Aoife Jakob Maren Lucia Henrik Nadia Oskar Priya Elise Marco Sanna Felix Yara Piotr Clara Emil Rosa Jonas ' +
  'Hanne Silvio Greta Anton Vera Mateo Linnea Bruno Alma Viktor Freya Ramón Ida Casper Nora Stefan Juno Erik Thea Paolo';
const familyNames = 'Halvorsen Marín Brennan Lindqvist Okafor Bianchi Sørensen'.split(' ');
const jobs = ['Engineer', 'Buyer', 'Sales manager', 'Architect', 'Teacher'];

/** Every one of their own first name, but for those of the later rounds. */
function persons(count: number): readonly Fields[] {
  const names = givenNames.split(' ');
  return Array.from({ length: count }, (_, index) => {
    const name = names[index % names.length] ?? '';
    const round = Math.floor(index / names.length);
    return {
      FirstName:
        round === 0 ? name : `${name} ${['', 'A.', 'M.', 'L.', 'E.', 'J.', 'K.', 'S.', 'T.'][round] ?? ''}`,
      LastName: familyNames[(index * 3 + round) % familyNames.length] ?? '',
      JobTitle: jobs[index % jobs.length] ?? '',
      'PhoneNumbers/BusinessMobile': `+47 555 0${String(1000 + index)}`,
    };
  });
}

/** What the tour plays on: some contacts in Outlook alone, some on the handheld alone, some on both; no device is set up. */
export function startTourStage(): Promise<PaneStage> {
  const people = persons(PEOPLE);
  return PaneStage.start({
    configured: false,
    outlook: people.slice(0, 90).map((fields) => contactSeed(fields).contact),
    deviceContacts: people.slice(90 - SHARED),
  });
}

interface OfficeWindow {
  readonly fakeOffice: FakeOffice;
}

/** The same pane once more beside the page that is toured, in each of the four Office themes, at one of its tabs. */
export async function inOfficeThemes(
  { context }: { readonly context: BrowserContext },
  stage: PaneStage,
  tab: string,
  view: (page: Page, theme: string) => Promise<void>,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${stage.address}${IN_OUTLOOK}`);
  await page.getByRole('navigation').getByRole('button', { name: tab }).click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await page.mouse.move(0, (page.viewportSize()?.height ?? 1) - 1);
  for (const [theme, colours] of OFFICE_THEMES) {
    await page.evaluate((given) => (window as unknown as OfficeWindow).fakeOffice.setTheme(given), colours);
    // The page is as dark or light as the theme, on its own background.
    await page.waitForFunction(
      (shown) =>
        getComputedStyle(document.querySelector('main')?.parentElement ?? document.body).backgroundColor ===
        shown,
      cssColour(colours.bodyBackgroundColor),
    );
    await view(page, theme);
  }
  await page.close();
}

/** `#444444` as pages tell it: `rgb(68, 68, 68)`. */
function cssColour(hex: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgb(${channels.join(', ')})`;
}

/**
 * Leads the pane, in a stand-in for Outlook, through all of its views, and tells the name of each one once it is shown. `view` may change colours and
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

  const open = async (hash = ''): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${stage.address}${IN_OUTLOOK}${hash}`);
  };

  await fakeOffice(page.context(), { supports: ['NestedAppAuth 1.1', 'Mailbox 1.14'] });
  await open();
  await page.locator('#pairing-code').waitFor();
  await view('pairing');
  await open(new URL(await stage.invitation()).hash);
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
  await press('Forget this device');
  await page.getByRole('alertdialog').waitFor();
  await view('forget-device');
  await press('Keep it');
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

  await stage.mailbox('PATCH', '/switches', { serviceTime: 250 });
  await stage.addToDevice(persons(PEOPLE + MORE).slice(PEOPLE));
  await press('Sync now');
  await heading('Sync is running');
  await page.getByText(/: [1-9]\d* of \d+$/).waitFor();
  await page.getByText(/^about .+ left$/).waitFor();
  await view('running');
  await stage.mailbox('PATCH', '/switches', { serviceTime: 0 });
  await heading('Sync finished');

  const throttle = { kind: 'throttle', retryAfter: '900' };
  await stage.mailbox('POST', '/failures', [{ path: '^/me', times: 1000, action: throttle }]);
  await page.reload();
  await page.getByText('Outlook asks to slow down').waitFor();
  await view('slow-down');
  await stage.mailbox('DELETE', '/failures');
  await page.getByText('Outlook asks to slow down').waitFor({ state: 'detached' });

  await client.post(paths.pause, { paused: true }, z.unknown());
  await page.getByText('The bridge is paused').waitFor();
  await page.getByText('Not connected').waitFor();
  await view('paused');
  await press('Let it go on');
  await page.getByText('The bridge is paused').waitFor({ state: 'detached' });
  await stage.until(({ devices }) => devices.every(({ state }) => state === 'connected'));

  await stage.stopDevice();
  await page.getByText('Handheld is not there').waitFor();
  await view('device-gone');
  await stage.stopBridge();
  await page.getByText('The bridge is not running').waitFor();
  await view('bridge-stopped');
  const foreign = await answering(404, stage.bridgePort);
  await page.getByText('Another program is on the bridge’s port').waitFor();
  await view('port-taken');
  foreign.closeAllConnections();
  await new Promise((resolve) => foreign.close(resolve));

  await stage.startDevice();
  await stage.ageCertificate();
  await stage.startBridge();
  await press('Try now');
  await page.getByText('The bridge’s certificate ends soon').waitFor();
  await page.getByText('Served by this page').waitFor();
  await stage.until(({ devices }) => devices.every(({ state }) => state === 'connected'));
  await view('certificate-ends');
  await stage.stopBridge();
  stage.forgetCertificate();

  // To this PC the second device comes from afar: it is met by a code, and synced for the first time.
  const handheld = { name: 'Handheld', tcp: { host: '127.0.0.1', port: stage.devicePort } };
  const pocket = { name: 'Pocket', tcp: { ...handheld.tcp, forwarded: true } };
  stage.configure({ outlook: { localMailbox: stage.mailboxUrl }, devices: [pocket] });
  await stage.startBridge();
  await press('Try now');
  await page.getByRole('button', { name: 'The same code' }).waitFor();
  await view('code-question');
  await stage.stopBridge();
  const run = ['run', '--state', `${stage.folder}/pocket`, '--accept', 'allow', '--port', '0'];
  const other = await startProgram('device', run);
  const second = { name: 'Pocket', tcp: { host: '127.0.0.1', port: Number(other.ready.port) } };
  stage.configure({ outlook: { localMailbox: stage.mailboxUrl }, devices: [handheld, second] });
  await stage.startBridge();
  await press('Try now');
  await page.getByLabel('Device').selectOption('Pocket');
  await page.getByText('Pocket has never been synced.').waitFor();
  await page.getByText(/never synced/).waitFor();
  await stage.until(({ devices }) => devices.every(({ state }) => state === 'connected'));
  await view('second-device');
  await other.stop();
  await stage.stopBridge();
  const clientId = '11111111-2222-4333-8444-555555555555';
  stage.configure({ outlook: { clientId }, devices: [handheld] });
  await stage.startBridge();
  await fakeNestedAuth(page.context(), { signedIn: false });
  await open();
  await page.getByText('You are signed out').waitFor();
  await view('signed-out');
}
