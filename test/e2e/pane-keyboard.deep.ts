/** The pane by the keyboard alone: no test here touches the mouse. */
import { expect, it } from 'vitest';
import { PaneStage } from '../support/pane-stage.ts';
import { describePane, people } from './pane-bench.ts';

describePane('the pane by the keyboard alone', (bench) => {
  const { byKey, heading, shows, tabTo } = bench;
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
  });

  it('decides a conflict', async () => {
    await bench.synced();
    await bench.askMe();
    await bench.stage.changeOnDevice('Ada', 'JobTitle=On the device');
    await bench.stage.changeInOutlook('Ada', { jobTitle: 'In Outlook' });
    await byKey('Sync now');
    await shows('1 conflict waits for you');
    await heading('Sync finished');
    await byKey('Decide');
    await byKey('Use Outlook’s');
    await shows('Decided. The next sync carries it out.');
    await byKey('Dismiss');
    await byKey('Sync');
    await byKey('Sync now');
    await bench.page.getByText('1 change to the device.').first().waitFor();
    expect(await bench.jobTitle('Ada')).toEqual(['In Outlook', 'In Outlook']);
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
    ['Put them back on the device', 15],
    ['Remove from Outlook', 3],
  ])('answers the guard: %s', async (answer, outlook) => {
    await bench.synced();
    await bench.stage.removeOnDevice(...people, 'Frances', 'Jean');
    await byKey('Sync now');
    await heading('Remove 12 contacts from Outlook?');
    await byKey(answer);
    await heading('Sync finished');
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
