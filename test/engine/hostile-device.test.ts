/** R18: a device that sends what nobody should. One bad record is skipped and told; the others sync. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JumpingClock, startRigWith, USER, type SyncRig } from '../support/sync-rig.ts';
import { WireServer } from '../support/wire-server.ts';

const PREFIX = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';

let rig: SyncRig<WireServer>;
let lures: Server;
let lured: number;
let lure: string;
beforeEach(async () => {
  lured = 0;
  lures = createServer((_, response) => {
    lured += 1;
    response.end('lured');
  });
  await new Promise<void>((resolve) => lures.listen(0, '127.0.0.1', resolve));
  lure = `http://127.0.0.1:${(lures.address() as AddressInfo).port}/lure`;

  const clock = new JumpingClock();
  const device = await WireServer.start({ clock: () => clock.now() });
  rig = await startRigWith(
    device,
    {
      port: device.port,
      records: () => [],
      state: () => Object.fromEntries(device.store.records),
      close: () => device.stop(),
    },
    clock,
  );
});
afterEach(async () => {
  await rig.close();
  expect(lured).toBe(0);
  lures.close();
});

const contact = (id: string, elements: string, before = ''): string =>
  `${before}<Contact><Identifier>${id}</Identifier>${elements}</Contact>`;
const named = (id: string, name: string, elements = ''): string =>
  contact(id, `<FirstName>${name}</FirstName>${elements}`);
const hold = (...documents: string[]): void =>
  documents.forEach((xml, index) => rig.device.store.records.set(String(index), xml));
/** First names in Outlook. */
const people = (): unknown[] =>
  rig.mailbox.admin
    .dump(USER)
    .contacts.map(({ contact: { givenName } }) => givenName)
    .sort();

describe('R18 a record that is an attack', () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
    '',
  );
  const deep = '<a>'.repeat(100_000) + '</a>'.repeat(100_000);
  const attacks: readonly (readonly [what: string, code: string, xml: () => string])[] = [
    [
      'billion laughs',
      'record.forbidden-xml',
      () => contact('a', '<Notes>&l9;</Notes>', `<!DOCTYPE Contact [<!ENTITY l0 "ha">${laughs}]>`),
    ],
    [
      'quadratic blow-up',
      'record.forbidden-xml',
      () =>
        contact(
          'a',
          `<Notes>${'&b;'.repeat(50_000)}</Notes>`,
          `<!DOCTYPE Contact [<!ENTITY b "${'b'.repeat(50_000)}">]>`,
        ),
    ],
    [
      'an entity from a file',
      'record.forbidden-xml',
      () =>
        contact('a', '<Notes>&x;</Notes>', '<!DOCTYPE Contact [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    ],
    [
      'an entity from the network',
      'record.forbidden-xml',
      () => contact('a', '<Notes>&x;</Notes>', `<!DOCTYPE Contact [<!ENTITY x SYSTEM "${lure}">]>`),
    ],
    [
      'a DTD from the network',
      'record.forbidden-xml',
      () => contact('a', '<Notes/>', `<!DOCTYPE Contact SYSTEM "${lure}">`),
    ],
    ['a depth of 100,000', 'record.too-large', () => contact('a', deep)],
    [
      'a giant attribute',
      'record.too-large',
      () => contact('a', `<FirstName pronunciation="${'x'.repeat(2_000_000)}"/>`),
    ],
    ['no XML', 'record.not-xml', () => 'Contact'],
    ['another root', 'record.wrong-root', () => '<Person><Identifier>a</Identifier></Person>'],
    ['no id', 'record.no-id', () => '<Contact><FirstName>Nobody</FirstName></Contact>'],
  ];

  it.each(attacks)('%s is skipped and told as %s; the others sync', async (_what, code, xml) => {
    hold(named(`${PREFIX}:1`, 'Ada'), xml(), named(`${PREFIX}:2`, 'Grace'));
    const report = await rig.synced();
    expect(report.lines.filter(({ action }) => action === 'problem').map((line) => line.code)).toEqual([
      code,
    ]);
    expect(people()).toEqual(['Ada', 'Grace']);
    // While it is there every sync compares everything, and what could not be read is not taken for removed.
    expect(await rig.synced()).toMatchObject({
      device: { created: 0, updated: 0, removed: 0 },
      mailbox: { created: 0, updated: 0, removed: 0 },
    });
    expect(people()).toEqual(['Ada', 'Grace']);
  });

  it('that comes as a replace leaves the record as it was, and the other changes sync', async () => {
    hold(named(`${PREFIX}:1`, 'Ada'), named(`${PREFIX}:2`, 'Grace'));
    await rig.synced();
    const replace = (xml: string) => ({ name: 'replaceClientRecord' as const, record: Buffer.from(xml) });
    rig.device.store.changes = [
      replace(named(`${PREFIX}:1`, 'Ada', `<Notes>${deep}</Notes>`)),
      replace(named(`${PREFIX}:2`, 'Grace B.')),
    ];
    const report = await rig.synced();
    expect(report.lines.map((line) => line.code)).toContain('record.too-large');
    expect(people()).toEqual(['Ada', 'Grace B.']);
  });
});

describe('R18 a record that is inert', () => {
  const texts = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    '+1+1',
    '-1',
    '@SUM(A1)',
    '../../etc/passwd',
    '__proto__',
    'constructor',
    "Robert'); DROP TABLE pair;--",
  ];
  const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

  it('markup, formulas, SQL and inherited names come to Outlook as the texts they are', async () => {
    hold(
      ...texts.map((text, index) =>
        named(
          `${PREFIX}:${index + 1}`,
          escaped(text),
          `<CustomFields><Field><Key>${escaped(text)}</Key><Value>v</Value></Field></CustomFields>`,
        ),
      ),
    );
    await rig.synced();
    expect(people()).toEqual([...texts].sort());
    const fields = (await rig.outlookRecords()).map((text) => JSON.parse(text) as [string, unknown][]);
    for (const text of texts) {
      const record = fields.find((entries) => entries.some(([, value]) => value === text));
      expect(record).toContainEqual([`CustomFields/${text.toLowerCase()}`, { Key: text, Value: 'v' }]);
    }
    expect(({} as Record<string, unknown>).Key).toBeUndefined();
    await rig.idle();
  });

  it('ids like paths and inherited names, and one id twice, are ids and nothing else', async () => {
    const ids = ['../../x', '/etc/passwd', '__proto__', 'constructor', 'CON', 'a'.repeat(5_000), '%2e%2e%2f'];
    hold(...ids.map((id, index) => named(id, `Person ${index}`)), named('../../x', 'Person 0'));
    expect(await rig.synced()).toMatchObject({ mailbox: { created: ids.length } });
    expect(people()).toEqual(ids.map((_, index) => `Person ${index}`));
    expect(readdirSync(rig.folder).filter((name) => !name.startsWith('bridge.db'))).toEqual([]);
    expect(existsSync(join(rig.folder, '../../x'))).toBe(false);
    await rig.idle();
  });

  it('another record with an id that was told before takes its place, and that is told', async () => {
    const others = Array.from({ length: 300 }, (_, index) =>
      named(`${PREFIX}:${index + 10}`, `Person ${index}`),
    );
    hold(
      named('1', 'Ada'),
      named('2', 'Bo'),
      named('2', 'Bo'),
      named('1', 'Cy'),
      ...others,
      named('2', 'Di'),
    );
    const report = await rig.synced();
    expect(report.lines.filter(({ action }) => action === 'problem')).toMatchObject([
      { side: 'device', label: 'Cy', code: 'record.duplicate-id' },
      { side: 'device', label: 'Di', code: 'record.duplicate-id' },
    ]);
    expect(people()).toEqual(['Cy', 'Di', ...others.map((_, index) => `Person ${index}`)].sort());
  });

  it('a picture that is none is left out and told, and the record syncs', async () => {
    hold(
      named(`${PREFIX}:1`, 'Ada', '<Portrait>!!!!</Portrait>'),
      named(`${PREFIX}:2`, 'Bo', `<Portrait>${Buffer.from('no picture').toString('base64')}</Portrait>`),
    );
    const report = await rig.synced();
    expect(report.lines.filter(({ action }) => action === 'problem').map(({ label }) => label)).toEqual([
      'Ada',
      'Bo',
    ]);
    expect(people()).toEqual(['Ada', 'Bo']);
    expect(rig.mailbox.admin.dump(USER).contacts.map(({ photo }) => photo)).toEqual([null, null]);
  });
});
