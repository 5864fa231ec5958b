/** The pane in Chromium against real processes: local mailbox, bridge and handheld. Needs `npm run build` before. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { browserPath, complaintsOf, launchBrowser, paneContext } from '../support/browser.ts';
import { PaneStage, type PaneStageOptions } from '../support/pane-stage.ts';

export const people = [
  'Ada',
  'Grace',
  'Alan',
  'Edsger',
  'Barbara',
  'Donald',
  'Niklaus',
  'Ken',
  'Dennis',
  'Tony',
];
export const more = ['Frances', 'Jean', 'Kathleen', 'Margaret', 'Radia'];
export const inOutlook = [...people, ...more].map((givenName) => ({
  givenName,
  surname: 'Example',
  jobTitle: 'Engineer',
}));
const STEP_MS = 15_000;

/** One pane at a time, with what is behind it. */
export class PaneBench {
  browser!: Browser;
  context!: BrowserContext;
  page!: Page;
  stage!: PaneStage;
  complaints: readonly string[] = [];

  /** A new page in a context of its own, in place of the one before. */
  async openContext(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    // Only the first test of a file has none.
    await (this.context as BrowserContext | undefined)?.close();
    this.context = await paneContext(this.browser, options);
    this.context.setDefaultTimeout(STEP_MS);
    this.page = await this.context.newPage();
    this.complaints = complaintsOf(this.page);
  }

  heading = (name: string | RegExp, timeout = STEP_MS): Promise<void> =>
    this.page.getByRole('heading', { name }).waitFor({ timeout });
  press = (name: string | RegExp): Promise<void> => this.page.getByRole('button', { name }).first().click();
  shows = (text: string | RegExp): Promise<void> =>
    this.page.locator('main').getByText(text).filter({ visible: true }).first().waitFor();

  /** The pane let in, with fifteen contacts in Outlook and an empty handheld unless told otherwise. */
  opened = async (options: PaneStageOptions = {}): Promise<void> => {
    this.stage = await PaneStage.start({ outlook: inOutlook, ...options });
    await this.page.goto(await this.stage.invitation());
    await this.stage.until(
      ({ hosts, devices }) => hosts.length > 0 && devices.every(({ state }) => state === 'connected'),
    );
  };
  /** The same after a first sync. */
  synced = async (options: PaneStageOptions = {}): Promise<void> => {
    await this.opened(options);
    const client = await this.stage.client();
    await client.tell('POST', '/api/sync');
    await this.stage.until(({ job }) => job?.state === 'ok');
    await this.heading('Sync finished');
  };
  /** The page after another user's bridge has taken the port of the one that it was paired with. */
  besideAnotherBridge = async (then: () => Promise<void>): Promise<void> => {
    await this.opened();
    await this.heading('Get started');
    await this.stage.stopBridge();
    const other = await PaneStage.start({});
    try {
      await other.stopBridge();
      other.bridgePort = this.stage.bridgePort;
      await other.startBridge();
      await this.page.goto('about:blank');
      await this.page.goto(this.stage.address);
      await this.shows('Another bridge, or another user’s, answers');
      await then();
    } finally {
      await other.stop();
    }
  };
  syncNow = async (outcome = 'Sync finished', timeout = STEP_MS): Promise<void> => {
    await this.press('Sync now');
    await this.heading('Sync is running');
    await this.heading(outcome, timeout);
  };
  /** Conflicts of contacts wait for a person from now on. */
  askMe = async (): Promise<void> => {
    await this.tell('/api/settings', { device: 'Neo', dataset: 'contacts', change: { policy: 'ask' } });
  };
  tell = async (path: string, body: unknown): Promise<unknown> =>
    (await this.stage.client()).post(path, body, z.unknown());
  jobTitle = async (name: string): Promise<readonly [device: unknown, outlook: string | undefined]> => {
    const device = (await this.stage.deviceContacts()).find(({ fields }) => fields.FirstName === name);
    const outlook = (await this.stage.outlookContacts()).find((contact) => contact.name === name);
    return [device?.fields.JobTitle, outlook?.jobTitle];
  };

  /** Name of what has the focus. */
  focused = (): Promise<string> =>
    this.page.evaluate(() => {
      const element = document.activeElement;
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
      return element?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element?.textContent ?? '';
    });
  /** Goes on by Tab until something of this name, or text that begins so, has the focus. */
  tabTo = async (name: string | RegExp): Promise<void> => {
    const is = (text: string): boolean => (typeof name === 'string' ? text === name : name.test(text));
    for (let steps = 0; steps < 60 && !is(await this.focused()); steps++)
      await this.page.keyboard.press('Tab');
    expect(await this.focused()).toMatch(name);
  };
  byKey = async (name: string | RegExp, key = 'Enter'): Promise<void> => {
    await this.tabTo(name);
    await this.page.keyboard.press(key);
  };
}

/** Takes what `it` takes, and leaves it. */
const skipped: Pick<typeof it, 'each'> & ((...test: Parameters<typeof it>) => void) = Object.assign(
  (): void => undefined,
  { each: () => () => undefined },
);

/** What is only sampled in `npm test`: all of it, or none. */
export function rareTests(all: boolean) {
  return all ? it : skipped;
}

/** Tests with a pane of their own each; nothing may be complained of in the browser's console. */
export function describePane(title: string, tests: (bench: PaneBench) => void): void {
  describe.skipIf(browserPath === undefined)(title, { timeout: 180_000 }, () => {
    const bench = new PaneBench();
    beforeAll(async () => {
      bench.browser = await launchBrowser();
    });
    afterAll(() => bench.browser.close());
    beforeEach(() => bench.openContext());
    afterEach(async () => {
      const { complaints } = bench;
      await bench.context.close();
      await bench.stage.stop();
      expect(complaints).toEqual([]);
    });
    tests(bench);
  });
}
