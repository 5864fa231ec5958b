/** What a sync with a device of 2009 puts on a slow serial line, and that it fills the line (spec: reliability R25). */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makePeople } from '../../demo/sample-data/people.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { decodeForDevice, parseLine, unwrapForwarded, type MessageToDevice } from '../../qdsync/index.ts';
import { USER, startSerialRig, type SyncRig } from '../support/sync-rig.ts';
import { startThrottledLine, type ThrottledLine } from '../support/throttled-line.ts';

/** Ten times as fast as the fastest real line, for the test's sake. */
const BAUD = 1_152_000;
const RECORDS = 150;

let line: ThrottledLine;
let rig: SyncRig;
const said: string[] = [];

beforeEach(async () => {
  said.length = 0;
  line = await startThrottledLine(BAUD);
  rig = await startSerialRig(line, (direction, text) => {
    if (direction === 'out') said.push(text());
  });
});
afterEach(async () => {
  await rig.close();
  await line.stop();
});

/** The message that a line carries to the device; undefined for any other line. */
function messageIn(text: string): MessageToDevice | undefined {
  const parsed = parseLine(Buffer.from(text, 'latin1'));
  const call = parsed.kind === 'call' ? unwrapForwarded(parsed.call) : undefined;
  const message = call?.ok === true ? decodeForDevice(call.value) : undefined;
  return message?.ok === true ? message.value : undefined;
}

/** The XML of a created record in a line; undefined for any other line. */
function createdXml(text: string): string | undefined {
  const message = messageIn(text);
  if (message?.name !== 'createServerRecord') return undefined;
  return Buffer.from(message.record).toString('utf8');
}

it('a first sync sends each record in the fewest bytes that the protocol allows, and 4 kB beside them', async () => {
  rig.mailbox.admin.seed(
    USER,
    makePeople({ count: RECORDS, seed: 1 }).map((person) => ({ contact: contactSeed(person).contact })),
  );
  expect((await rig.synced()).device.created).toBe(RECORDS);
  const xmls = said.flatMap((text) => createdXml(text) ?? []);
  expect(xmls).toHaveLength(RECORDS);
  // Without indentation, or blanks of any kind between elements.
  for (const xml of xmls) expect(xml).not.toMatch(/>\s+</);
  const records = xmls.reduce((sum, xml) => sum + Math.ceil((Buffer.byteLength(xml) + 106) / 3) * 4 + 63, 0);
  // The last words of a run are said, and arrive, after its end.
  const bytesOut = await vi.waitFor(
    async () => {
      const sent = (await rig.counters()).bytesOut;
      expect(rig.device.counter('bytesIn')).toBe(sent);
      expect(messageIn(said.at(-1) ?? '')?.name).toBe('syncEnd');
      return sent;
    },
    { timeout: 10_000 },
  );
  expect(bytesOut).toBeLessThanOrEqual(records + 4_000);
  expect(line.passed.toFar).toBe(bytesOut);
  expect(rig.device.offences).toEqual([]);
});

it('a session without changes moves 4 kB at most in each direction', async () => {
  rig.mailbox.admin.seed(USER, [{ contact: { givenName: 'Ada' } }]);
  await rig.synced();
  const before = await rig.counters();
  await rig.idle();
  const after = await rig.counters();
  expect(after.bytesOut - before.bytesOut).toBeLessThanOrEqual(4_000);
  expect(after.bytesIn - before.bytesIn).toBeLessThanOrEqual(4_000);
});
