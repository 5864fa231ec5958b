/** Window and categories, typed into the pane: what the device holds after the syncs that follow. */
import { expect, it } from 'vitest';
import { inaccessible } from '../support/browser.ts';
import { describePane } from './pane-bench.ts';

const DAY_MS = 86_400_000;
const ANSWER_MS = 1_000;
const ONCE = 'With your choices for the next sync only.';

describePane('what is chosen in the pane is what the device holds', (bench) => {
  /** Appointments at so many days from today, by subject. */
  const appointments = (days: Readonly<Record<string, number>>): Promise<unknown> =>
    bench.stage.outlook('POST', '/seed', {
      events: Object.entries(days).map(([subject, ahead]) => {
        const date = new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10);
        const at = (time: string) => ({ dateTime: `${date}T${time}:00`, timeZone: 'UTC' });
        return { event: { subject, start: at('10:00'), end: at('11:00') } };
      }),
    });
  const held = async (dataset: string, field: string): Promise<readonly unknown[]> =>
    (await bench.stage.deviceRecords(dataset)).map(({ fields }) => fields[field]).sort();
  const inCalendar = (): Promise<readonly unknown[]> => held('calendar', 'Description');
  const inContacts = (): Promise<readonly unknown[]> => held('contacts', 'FirstName');
  const typeInto = async (label: string, text: string): Promise<void> => {
    await bench.page.getByLabel(label).fill('');
    await bench.page.getByLabel(label).pressSequentially(text);
  };
  const shown = (label: string): Promise<string> => bench.page.getByLabel(label).inputValue();
  const chooseFor = async (dataset: RegExp, when: 'Always' | 'Next sync only'): Promise<void> => {
    await bench.press('Devices');
    await bench.press(dataset);
    await bench.page.getByLabel(when).click();
  };
  /** The bridge takes its time with what is chosen, as it does while it syncs. */
  const slowAnswers = async (): Promise<void> => {
    await bench.context.route('**/api/settings', async (route) => {
      if (route.request().method() === 'POST') await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
      await route.continue();
    });
  };
  /** It begins when the bridge has what was chosen, however long that takes, and may be over at once. */
  const sync = async (): Promise<void> => {
    const before = (await bench.stage.status()).job?.id;
    await bench.press(/^Sync$/);
    await bench.press('Sync now');
    await bench.stage.until(({ job }) => job?.id !== before && job?.state === 'ok');
  };

  it('[SYNC-16] the calendar’s days back and ahead: for always', async () => {
    await bench.opened();
    await appointments({ 'Last year': -60, 'Last week': -7, 'Next week': 7, 'Next month': 30, Later: 300 });
    await bench.press('Preview the first sync');
    await bench.press('Sync now');
    await bench.heading('Sync finished');
    expect(await inCalendar()).toEqual(['Last week', 'Last year', 'Later', 'Next month', 'Next week']);
    await chooseFor(/^Calendar/, 'Always');
    expect([await shown('Days back'), await shown('Days ahead')]).toEqual(['90', '730']);
    await typeInto('Days back', 'a month');
    await bench.shows('A number of days from 0 to 36,500.');
    expect(await inaccessible(bench.page)).toEqual([]);
    // The second is typed while the first is still on its way, and the sync is asked for while the second is.
    await slowAnswers();
    await typeInto('Days back', '10');
    await bench.page.keyboard.press('Tab');
    await typeInto('Days ahead', '14');
    await bench.page.keyboard.press('Enter');
    expect([await shown('Days back'), await shown('Days ahead')]).toEqual(['10', '14']);
    await sync();
    expect(await inCalendar()).toEqual(['Last week', 'Next week']);
    await bench.page.reload();
    await bench.press('Devices');
    await bench.press(/^Calendar/);
    expect([await shown('Days back'), await shown('Days ahead')]).toEqual(['10', '14']);
    await bench.page.getByLabel('All appointments, however old').click();
    await sync();
    expect(await inCalendar()).toHaveLength(5);
  });

  it('[SYNC-16] the calendar’s days back and ahead: for the next sync only', async () => {
    await bench.opened();
    await appointments({ 'Last week': -7, 'Next week': 7, 'Next month': 30 });
    await chooseFor(/^Calendar/, 'Next sync only');
    await typeInto('Days ahead', '14');
    await bench.page.keyboard.press('Tab');
    await typeInto('Days back', '0');
    await bench.page.getByLabel('Always').click();
    expect([await shown('Days back'), await shown('Days ahead')]).toEqual(['90', '730']);
    await bench.press(/^Sync$/);
    await bench.press('Preview the first sync');
    await bench.press('Sync now');
    await bench.heading('Sync finished');
    expect(await inCalendar()).toEqual(['Next week']);
    await sync();
    expect(await inCalendar()).toEqual(['Last week', 'Next month', 'Next week']);
    await chooseFor(/^Calendar/, 'Next sync only');
    expect([await shown('Days back'), await shown('Days ahead')]).toEqual(['90', '730']);
  });

  it('[SYNC-17] what the device itself has outside the window: left to it, or taken off it', async () => {
    await bench.opened();
    const date = new Date(Date.now() - 200 * DAY_MS).toISOString().slice(0, 10);
    const own = {
      Description: 'Of the device',
      When: { Start: `${date}T10:00:00`, End: `${date}T11:00:00` },
    };
    await bench.stage.addToDevice([own], 'calendar');
    await bench.press('Preview the first sync');
    await bench.press('Sync now');
    await bench.heading('Sync finished');
    expect(await inCalendar()).toEqual(['Of the device']);
    await chooseFor(/^Calendar/, 'Next sync only');
    await bench.page.getByLabel('Take what is outside off the device').click();
    await bench.press(/^Sync$/);
    await bench.shows(ONCE);
    await sync();
    expect(await inCalendar()).toEqual([]);
  });

  it('[SYNC-15] categories: only these, and not these', async () => {
    await bench.opened({
      outlook: [
        { givenName: 'Ada', categories: ['Club'] },
        { givenName: 'Grace', categories: ['Club', 'Family'] },
        { givenName: 'Alan', categories: ['Family'] },
        { givenName: 'Edsger', categories: [] },
      ],
    });
    await bench.press('Preview the first sync');
    await bench.press('Sync now');
    await bench.heading('Sync finished');
    expect(await inContacts()).toEqual(['Ada', 'Alan', 'Edsger', 'Grace']);

    await chooseFor(/^Contacts/, 'Always');
    await slowAnswers();
    await typeInto('Only these categories', 'club; Clients, club');
    await bench.page.keyboard.press('Tab');
    await typeInto('Not these categories', 'Family');
    await sync();
    expect(await inContacts()).toEqual(['Ada']);
    await bench.page.reload();
    await chooseFor(/^Contacts/, 'Always');
    expect([await shown('Only these categories'), await shown('Not these categories')]).toEqual([
      'club, Clients',
      'Family',
    ]);

    await bench.page.getByLabel('Next sync only').click();
    await typeInto('Only these categories', 'Family');
    await bench.page.keyboard.press('Tab');
    await bench.page.getByLabel('Not these categories').fill('');
    await bench.press(/^Sync$/);
    await bench.shows(ONCE);
    await sync();
    expect(await inContacts()).toEqual(['Alan', 'Grace']);
    await sync();
    expect(await inContacts()).toEqual(['Ada']);
    expect((await bench.stage.outlookContacts()).length).toBe(4);
  });
});
