/**
 * Lists of 10,000 rows in the pane: scrolled from end to end they keep a bounded part of themselves in the page, and draw a
 * bounded part of it at a time. Counted, not timed: a busy computer makes no difference.
 */
import { expect, it } from 'vitest';
import { openStore } from '../../bridge/store/store.ts';
import { stateFiles } from '../../bridge/config/state-folder.ts';
import { describePane } from './pane-bench.ts';

const ROWS = 10_000;
/** Elements of the page while a list is shown, however long it is. */
const MAX_ELEMENTS = 1500;
/** Nodes that are drawn anew between two frames. */
const MAX_DRAWN = 800;

describePane('lists of 10,000 rows in the pane', (bench) => {
  /** Scrolls to the end, by one screen at a time at first, and watches what is in the page. */
  const scrolled = async (
    goal: number,
  ): Promise<{
    readonly most: number;
    readonly drawn: number;
    readonly rows: number;
  }> =>
    bench.page.evaluate(async (goal) => {
      const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      let most = 0;
      let drawn = 0;
      let added = 0;
      const watch = new MutationObserver((changes) => {
        for (const { addedNodes } of changes)
          for (const node of addedNodes)
            added += node instanceof Element ? node.querySelectorAll('*').length + 1 : 1;
      });
      watch.observe(document.body, { childList: true, subtree: true });
      let rows = 0;
      const seen = new Set<string>();
      // What is not there yet is waited for, as long as a busy computer takes to fetch it; past the goal nothing may come.
      for (let step = 0, still = 0; still < (rows < goal ? 600 : 30) && step < 4000; step++) {
        const before = scrollY;
        const height = document.documentElement.scrollHeight;
        scrollBy(0, step < 40 ? innerHeight : 40 * innerHeight);
        added = 0;
        await frame();
        drawn = Math.max(drawn, added);
        for (const item of document.querySelectorAll('li[aria-posinset]'))
          seen.add(item.getAttribute('aria-posinset') ?? '');
        most = Math.max(most, document.querySelectorAll('*').length);
        rows = Math.max(rows, ...[...seen].slice(-20).map(Number));
        still = scrollY === before && document.documentElement.scrollHeight === height ? still + 1 : 0;
        if (still > 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
      watch.disconnect();
      return { most, drawn, rows };
    }, goal);
  const isSmooth = async (rows: number): Promise<void> => {
    const found = await scrolled(rows);
    expect(found.rows).toBe(rows);
    expect(found.most).toBeLessThan(MAX_ELEMENTS);
    expect(found.drawn).toBeLessThan(MAX_DRAWN);
  };

  it('history and conflicts', { timeout: 300_000 }, async () => {
    await bench.synced();
    await bench.askMe();
    await bench.stage.changeOnDevice('Ada', 'JobTitle=On the device');
    await bench.stage.changeInOutlook('Ada', { jobTitle: 'In Outlook' });
    await bench.syncNow();
    await bench.stage.stopBridge();
    multiply(bench.stage.bridgeState);
    await bench.stage.startBridge();
    await bench.page.goto('about:blank');
    await bench.page.goto(bench.stage.address);
    await bench.press('History');
    await bench.page.getByRole('article').first().waitFor();
    await isSmooth(ROWS);
    await bench.press('Conflicts');
    await bench.page.getByRole('article').first().waitFor();
    await isSmooth(ROWS);
  });

  it('what a preview would change', { timeout: 300_000 }, async () => {
    await bench.opened({
      outlook: Array.from({ length: ROWS }, (_, index) => ({ givenName: `P${index}`, surname: 'Many' })),
    });
    await bench.press('Preview the first sync');
    await bench.page.getByRole('heading', { name: 'Preview finished' }).waitFor({ timeout: 120_000 });
    await bench.press('Show the records: Contacts');
    await bench.page.locator('summary').first().waitFor();
    await isSmooth(ROWS);
  });

  it('what the guard asks about: the first 1,000, and how many more', { timeout: 300_000 }, async () => {
    await bench.opened({
      outlook: Array.from({ length: 1200 }, (_, index) => ({ givenName: `P${index}`, surname: 'Many' })),
    });
    await bench.tell('/api/sync', {});
    await bench.page.getByRole('heading', { name: 'Sync finished' }).waitFor({ timeout: 120_000 });
    await bench.stage.emptyDevice();
    await bench.press('Sync now');
    await bench.page.getByRole('heading', { name: /^Remove 1,200 contacts/ }).waitFor({ timeout: 60_000 });
    await bench.shows('and 200 more');
    await isSmooth(1000);
    await bench.press('Put them back');
    await bench.page.getByRole('heading', { name: 'Sync finished' }).waitFor({ timeout: 120_000 });
  });
});

/** Makes 10,000 of the last session and of the one conflict, in the bridge's own database. */
function multiply(stateFolder: string): void {
  const store = openStore(stateFiles.database(stateFolder));
  const { database } = store;
  const copies = (table: string, id: string, change: Readonly<Record<string, string>>): void => {
    const columns = database
      .all(`SELECT name FROM pragma_table_info('${table}')`)
      .map(({ name }) => String(name));
    const values = columns.map((name) => change[name] ?? name);
    database.run(
      `WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ?)
       INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM ${table}, more WHERE ${id}`,
      ROWS,
    );
  };
  database.write(() => {
    const last = String(database.get('SELECT max(session) AS id FROM step')?.id);
    const held = Number(database.get('SELECT count(DISTINCT session) AS n FROM step')?.n);
    copies('session', `id = ${last}`, { id: '1000 + n' });
    copies('step', `session = ${last} AND number = 0`, { session: '1000 + n' });
    database.run('DELETE FROM step WHERE session > ?', 1000 + ROWS - held);
    copies('conflict', `id = (SELECT max(id) FROM conflict)`, { id: '1000 + n' });
    database.run('DELETE FROM conflict WHERE id = ?', 1000 + ROWS);
  });
  store.close();
}
