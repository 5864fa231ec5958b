/** Every view of the pane, in light and dark, into docs/images: taken in Chromium against real processes. */
import { mkdirSync } from 'node:fs';
import { launchBrowser, paneContext } from '../../test/support/browser.ts';
import { inOfficeThemes, startTourStage, tourPane } from '../../test/support/pane-tour.ts';

const folder = `${process.cwd()}/docs/images`;
const SIZE = { width: 320, height: 640 };
const WAIT_MS = 30_000;

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const stage = await startTourStage();
  const browser = await launchBrowser();
  try {
    const context = await paneContext(browser, { viewport: SIZE, deviceScaleFactor: 2 });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    await tourPane(page, stage, async (name) => {
      await page.evaluate(() => {
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        scrollTo(0, 0);
      });
      await page.mouse.move(0, SIZE.height - 1);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, animations: 'disabled' });
      }
      if (name !== 'conflicts') return;
      await inOfficeThemes({ context }, stage, 'Conflicts', async (themed, theme) => {
        const file = `${name}-office-${theme.toLowerCase().replace(' ', '-')}.png`;
        await themed.screenshot({ path: `${folder}/${file}`, animations: 'disabled' });
      });
    });
  } finally {
    await browser.close();
    await stage.stop();
  }
}

await main();
process.stdout.write(`${folder}\n`);
