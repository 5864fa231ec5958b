/**
 * Every view of the pane in every look, 300 pixels wide and magnified to 200 %: axe finds nothing, nothing is scrolled
 * sideways, nothing is complained of in the browser's console.
 */
import { describe, expect, it } from 'vitest';
import '../addin/harness-window.ts';
import {
  browserPath,
  complaintsOf,
  inaccessible,
  launchBrowser,
  paneContext,
  sidewaysScroll,
} from '../support/browser.ts';
import { inOfficeThemes, startTourStage, tourPane, VIEWS, type ViewName } from '../support/pane-tour.ts';

const NARROW = { width: 300, height: 600 };
/** What is left of it when everything is shown twice as large. */
const MAGNIFIED = { width: 150, height: 300 };
/** What is looked at in Outlook's own colours as well, and at which tab it is. */
const THEMED: Readonly<Partial<Record<ViewName, string>>> = {
  conflicts: 'Conflicts',
  history: 'History',
  devices: 'Devices',
  'device-gone': 'Sync',
};
const looks = [
  ['light', { colorScheme: 'light', forcedColors: 'none' }, NARROW],
  ['dark', { colorScheme: 'dark', forcedColors: 'none' }, NARROW],
  ['forced colours', { colorScheme: 'light', forcedColors: 'active' }, NARROW],
  ['forced colours, dark', { colorScheme: 'dark', forcedColors: 'active' }, NARROW],
  ['at 200 %', { colorScheme: 'light', forcedColors: 'none' }, MAGNIFIED],
] as const;

describe.skipIf(browserPath === undefined)('every view of the pane', () => {
  it('fits and is accessible in every look', { timeout: 1_200_000 }, async () => {
    const stage = await startTourStage();
    const browser = await launchBrowser();
    try {
      const context = await paneContext(browser, { viewport: NARROW });
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      const seen: string[] = [];
      const found: string[] = [];
      await tourPane(page, stage, async (name) => {
        seen.push(name);
        const check = async (look: string): Promise<void> => {
          const sideways = await sidewaysScroll(page);
          if (sideways > 0) found.push(`${name}, ${look}: ${sideways} px sideways`);
          found.push(...(await inaccessible(page)).map((each) => `${name}, ${look}: ${each}`));
        };
        for (const [look, media, size] of looks) {
          await page.emulateMedia(media);
          await page.setViewportSize(size);
          // The page follows in its own time.
          await page.waitForFunction(
            (scheme) => document.documentElement.style.colorScheme === scheme,
            media.colorScheme,
          );
          await check(look);
        }
        await page.emulateMedia(looks[0][1]);
        await page.setViewportSize(NARROW);
        const tab = THEMED[name];
        if (tab === undefined) return;
        await inOfficeThemes({ context }, stage, tab, async (themed, theme) => {
          found.push(
            ...(await inaccessible(themed)).map((each) => `${name}, Office theme ${theme}: ${each}`),
          );
        });
      });
      expect(found).toEqual([]);
      expect(seen).toEqual(VIEWS);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await stage.stop();
    }
  });
});
