/** The pane by the keyboard alone: no test here touches the mouse. */
import { expect, it } from 'vitest';
import { PaneStage } from '../support/pane-stage.ts';
import { describePane, people } from './pane-bench.ts';

describePane('the pane by the keyboard alone', (bench) => {
  const { byKey, heading, shows, tabTo } = bench;
  const focusedSoon = (name: string | RegExp): Promise<void> =>
    expect.poll(bench.focused, { timeout: 15_000 }).toMatch(name);
  const type = (text: string): Promise<void> => bench.page.keyboard.type(text);

  it('first run: connects a device, previews and syncs', async () => {
    bench.stage = await PaneStage.start({ configured: false, outlook: [{ givenName: 'Ada' }] });
    await bench.page.goto(await bench.stage.invitation());
    await heading('Get started');
    await byKey('Connect a device');
    await tabTo(/^Address/);
    await type(`127.0.0.1:${bench.stage.devicePort}`);
    await byKey('Connect');
    await shows('Handheld is connected.');
    await byKey('Preview the first sync');
    await heading('Preview finished');
    await byKey('Sync now', 'Space');
    await heading('Sync finished');
    expect((await bench.stage.deviceContacts()).length).toBe(1);
  });

  it('starts a sync and cancels it', async () => {
    await bench.synced();
    await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 3000 });
    await byKey('Sync now');
    await heading('Sync is running');
    await byKey('Cancel');
    await heading('Sync was cancelled');
    // Cancel is gone, and the focus with what was asked for at how it ended.
    await focusedSoon('Sync was cancelled');
  });

  it.each([
    ['Use Outlook’s', ['In Outlook', 'In Outlook'], 15],
    ['Use the device’s', ['On the device', 'On the device'], 15],
    ['Keep both', undefined, 16],
  ])('decides a conflict: %s', async (choice, titles, count) => {
    await bench.synced();
    await bench.askMe();
    await bench.stage.changeOnDevice('Ada', 'JobTitle=On the device');
    await bench.stage.changeInOutlook('Ada', { jobTitle: 'In Outlook' });
    await byKey('Sync now');
    await shows('1 conflict waits for you');
    await heading('Sync finished');
    await byKey('Decide');
    await focusedSoon('Ada Example');
    await byKey(choice);
    await shows('Decided. The next sync carries it out.');
    await focusedSoon('No conflict waits for you.');
    await byKey('Dismiss');
    await focusedSoon('No conflict waits for you.');
    await byKey('Sync');
    await byKey('Sync now');
    await bench.page
      .getByText(/^[12] changes? to (the device|Outlook)/)
      .first()
      .waitFor();
    if (titles !== undefined) expect(await bench.jobTitle('Ada')).toEqual(titles);
    expect((await bench.stage.outlookContacts()).length).toBe(count);
    expect((await bench.stage.deviceContacts()).length).toBe(count);
  });

  it.each([
    ['Keep the changed record', ['Countess', 'Countess']],
    ['Remove it on both sides', [undefined, undefined]],
  ])('decides what was removed here and changed there: %s', async (choice, left) => {
    await bench.synced();
    await bench.askMe();
    await bench.stage.removeOnDevice('Ada');
    await bench.stage.changeInOutlook('Ada', { jobTitle: 'Countess' });
    await byKey('Sync now');
    await heading('Sync finished');
    await byKey('Decide');
    await shows('Removed on the device, changed in Outlook since.');
    await byKey(choice);
    await shows('Decided. The next sync carries it out.');
    await byKey('Sync');
    await byKey('Sync now');
    await bench.page
      .getByText(/^1 change to (the device|Outlook)\.$/)
      .first()
      .waitFor();
    expect(await bench.jobTitle('Ada')).toEqual(left);
  });

  /** Conflicts of these people wait. */
  const conflictsOf = async (...names: string[]): Promise<void> => {
    await bench.synced();
    await bench.askMe();
    for (const name of names) {
      await bench.stage.changeOnDevice(name, 'JobTitle=On the device');
      await bench.stage.changeInOutlook(name, { jobTitle: 'In Outlook' });
    }
    await byKey('Sync now');
    await shows(/conflicts wait for you/);
    await heading('Sync finished');
    await byKey('Decide');
    await bench.page
      .getByRole('article')
      .nth(names.length - 1)
      .waitFor();
  };
  const heads = (): Promise<string[]> => bench.page.locator('article h2').allInnerTexts();

  it('goes from each decided conflict to the next one, and from the last to what is said instead', async () => {
    await conflictsOf('Ada', 'Grace', 'Alan');
    const [first = '', second = '', third = ''] = await heads();
    await focusedSoon(first);
    await byKey('Use Outlook’s');
    await focusedSoon(second);
    await byKey('Use Outlook’s');
    await focusedSoon(third);
    await byKey('Keep both');
    await focusedSoon('No conflict waits for you.');
  });

  it.each([
    ['Device', ['On the device', 'On the device']],
    ['Outlook', ['In Outlook', 'In Outlook']],
    ['Keep both', undefined],
  ])('decides all that wait at once: %s', async (choice, titles) => {
    await conflictsOf('Ada', 'Grace');
    await tabTo('Show');
    await byKey(choice);
    await shows('Decided. The next sync carries it out.');
    await focusedSoon('No conflict waits for you.');
    await byKey('Sync');
    await byKey('Sync now');
    await bench.page
      .getByText(/^[24] changes to (the device|Outlook)/)
      .first()
      .waitFor();
    if (titles === undefined) expect((await bench.stage.outlookContacts()).length).toBe(17);
    else for (const name of ['Ada', 'Grace']) expect(await bench.jobTitle(name)).toEqual(titles);
  });

  it('undoes one record of a sync alone', async () => {
    await bench.synced();
    await bench.stage.changeInOutlook('Grace', { jobTitle: 'Admiral' });
    await bench.stage.changeInOutlook('Ada', { jobTitle: 'Countess' });
    await byKey('Sync now');
    await shows('2 changes to the device.');
    await byKey('History');
    await byKey('What changed');
    await heading(/^Contacts, /);
    await focusedSoon(/^Contacts, /);
    await byKey(/^Grace Example/);
    await byKey('Undo');
    await byKey('Undo it');
    await heading('Undo finished');
    await focusedSoon('Undo finished');
    expect(await bench.jobTitle('Grace')).toEqual(['Engineer', 'Admiral']);
    expect(await bench.jobTitle('Ada')).toEqual(['Countess', 'Countess']);
  });

  it('undoes a sync, after a second thought; the focus never moves by itself', async () => {
    await bench.synced();
    await bench.stage.changeInOutlook('Grace', { jobTitle: 'Admiral' });
    await byKey('Sync now');
    await shows('1 change to the device.');
    await byKey('History');
    await byKey('What changed');
    await byKey(/^Grace Example/);
    await bench.page.locator('ins').waitFor();
    await byKey('Back');
    await byKey('Undo');
    expect(await bench.focused()).toBe('Undo it');
    await byKey('No');
    expect(await bench.focused()).toBe('Undo');
    await bench.stage.stopDevice();
    await bench.stage.until(({ devices }) => devices[0]?.state !== 'connected');
    expect(await bench.focused()).toBe('Undo');
    await bench.stage.startDevice();
    await bench.stage.until(({ devices }) => devices[0]?.state === 'connected');
    await byKey('Undo');
    await byKey('Undo it', 'Space');
    await heading('Undo finished');
    expect(await bench.jobTitle('Grace')).toEqual(['Engineer', 'Admiral']);
  });

  it.each([
    ['Put them back on the device', 15, 'Sync finished'],
    ['Remove from Outlook', 3, 'Sync finished'],
    ['Not now', 15, 'Sync did not finish'],
  ])('answers the guard: %s', async (answer, outlook, outcome) => {
    await bench.synced();
    await bench.stage.removeOnDevice(...people, 'Frances', 'Jean');
    await byKey('Sync now');
    await heading('Remove 12 contacts from Outlook?');
    await byKey(answer);
    await heading(outcome);
    await focusedSoon(outcome);
    expect((await bench.stage.outlookContacts()).length).toBe(outlook);
  });

  it('chooses settings: for the next sync only, and for always', async () => {
    await bench.synced();
    await byKey('Devices');
    await bench.page.getByRole('radiogroup').waitFor();
    await byKey(/^Contacts/);
    await tabTo('Direction');
    await type('From the device');
    await shows('Saved.');
    await bench.stage.until(() => true);
    await tabTo('Always');
    await bench.page.keyboard.press('ArrowRight');
    expect(await bench.focused()).toBe('Next sync only');
    await tabTo('Direction');
    await type('Both');
    await byKey('Sync');
    await shows('With your choices for the next sync only.');
    await byKey('What is synced, and what is not');
    await heading('What is synced, and what is not');
    await byKey(/^Kept with a difference/);
    await byKey('Back');
    await heading('State');
  });
});
