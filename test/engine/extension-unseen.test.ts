/** Software of 2009 on either end never meets the protocol extension (docs/protocol-extensions.md). */
import { afterEach, expect, it } from 'vitest';
import { TestAgent } from '../desktop-2009/test-agent.ts';
import { noteXml, notes } from '../desktop-2009/notes-dataset.ts';
import { parseCallLine } from '../desktop-2009/wire.ts';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

let rig: SyncRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

/** A line with what differs from device to device and from day to day taken out. */
function settled(line: string): unknown {
  if (!line.startsWith('CALLB ')) return line.replace(/challenge=[^;]*/, 'challenge=…');
  const { message, args } = parseCallLine(line);
  if (message.startsWith('clientSyncAnchors') || message.startsWith('clientIdentity')) {
    return [message, args.map((arg) => ('time' in arg ? [arg.time === null, arg.spec] : Object.keys(arg)))];
  }
  const plain = JSON.stringify(args.map((arg) => ('bytes' in arg ? arg.bytes.toString('utf8') : arg)));
  return [message, plain.replaceAll(/\{[0-9a-f-]{36}\}/g, '{…}')];
}

/** All that an agent says to a desktop of 2009 in a first and a fast session with operations of every kind. */
async function spoken(device: TestAgent): Promise<readonly unknown[]> {
  const said: Buffer[] = [];
  const [kept = '', removed = ''] = device.store.add('notes', [{ Title: 'Kept' }, { Title: 'Removed' }]);
  const desktop = await device.desktop();
  desktop.stream.on('data', (bytes: Buffer) => said.push(bytes));
  expect(await desktop.login()).toBe(true);
  await desktop.run(['notes'], () => [
    { kind: 'create', xml: noteXml('n1', { Title: 'New' }) },
    { kind: 'replace', xml: noteXml(kept, { Title: 'Replaced' }, true) },
    { kind: 'remove', id: removed },
  ]);
  device.store.edit('notes', kept, () => ({ Title: 'Edited' }));
  device.ahead += 2_000;
  await desktop.run(['notes']);
  await desktop.quit();
  return Buffer.concat(said).toString('utf8').trimEnd().split('\n').map(settled);
}

it('a desktop of 2009 hears from a device that offers the extension what it hears from one that does not', async () => {
  const [offering, plain] = [await TestAgent.start([notes]), await TestAgent.start([notes], [])];
  const [banner, ...lines] = await spoken(offering);
  const [plainBanner, ...plainLines] = await spoken(plain);
  expect(String(banner)).toBe(`${String(plainBanner)};extensions=deflate anchors times guard brief fields`);
  expect(lines).toEqual(plainLines);
  expect(lines.length).toBeGreaterThan(15);
});

it('a device of 2009 hears nothing of the extension from our desktop, only the commands that it knows', async () => {
  rig = await startRig();
  rig.mailbox.admin.seed(USER, [{ contact: { givenName: 'Ada' } }]);
  rig.device.add({ FirstName: 'Bo' });
  await rig.synced();
  await rig.idle();
  const heard = rig.device.wire.filter(({ direction }) => direction === 'to-device');
  const words = new Set(heard.map(({ line }) => line.split(' ')[0]));
  expect(words).toEqual(new Set(['HELPER_INIT', 'USER', 'PASS', 'CALLB']));
  expect(rig.device.messages('to-device').join()).not.toMatch(/At\(|refused/);
  expect(rig.device.offences).toEqual([]);
  expect(rig.device.crashed).toBeUndefined();
});
