import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeLine } from '../../qdsync/index.ts';
import { GREETING, LOGGED_IN, USER_OK } from '../../test/support/connection-bench.ts';
import { MemoryLink } from '../../test/support/memory-link.ts';
import { settleDown } from '../../test/support/remote-harness.ts';
import { LinkDriver } from './link-driver.ts';
import { defaultLimits } from './limits.ts';
import { QCopConnection } from './qcop-connection.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Driven {
  readonly driver: LinkDriver;
  readonly link: MemoryLink;
  readonly events: string[];
}

async function loggedIn(pieceBytes: number): Promise<Driven> {
  const events: string[] = [];
  const link = new MemoryLink(() => undefined);
  const driver = new LinkDriver({
    link,
    connection: new QCopConnection({
      link: 'tcp',
      limits: defaultLimits,
      passwordFor: () => ({ text: 'abcdefgh', known: true }),
    }),
    limits: defaultLimits,
    pieceBytes,
    now: () => performance.now(),
    onEvent: ({ kind }) => events.push(kind),
    onInputEnd: () => events.push('input end'),
  });
  driver.start();
  for (const line of [GREETING, USER_OK, LOGGED_IN]) link.push(encodeLine(line));
  await settleDown();
  link.written.length = 0;
  events.length = 0;
  return { driver, link, events };
}

describe('writing', () => {
  it('what is said in one go is one write', async () => {
    const { driver, link } = await loggedIn(65_536);
    for (let index = 0; index < 100; index += 1) driver.send({ name: 'syncProgress', step: index });
    await settleDown();
    expect(link.written.length).toBe(1);
    expect(link.written[0]!.toString().split('\n').length).toBe(101);
  });

  it('a long record goes in pieces, in order with what is around it', async () => {
    const { driver, link } = await loggedIn(4_096);
    driver.send({ name: 'syncStart' });
    driver.send({ name: 'createServerRecord', record: Buffer.alloc(10_000, 'abc') });
    driver.send({ name: 'syncEnd' });
    await settleDown();
    expect(Math.max(...link.written.map((piece) => piece.length))).toBe(4_096);
    const lines = Buffer.concat(link.written).toString().split('\n');
    expect(lines.length).toBe(4);
    expect(Buffer.from(lines[1]!.split(' ')[3]!, 'base64').includes('abcabcabc')).toBe(true);
  });

  it('there is no room above 256 kB until half of it is gone', async () => {
    const { driver, link } = await loggedIn(65_536);
    link.blocked = true;
    driver.send({ name: 'createServerRecord', record: Buffer.alloc(300_000) });
    let room = 'none';
    void driver.room().then(() => (room = 'some'));
    await settleDown();
    expect(room).toBe('none');
    link.unblock();
    await settleDown();
    expect(room).toBe('some');
  });
});

describe('ending', () => {
  it('last words are written before the link is closed', async () => {
    const { driver, link, events } = await loggedIn(65_536);
    link.push(encodeLine('CALLB broken'));
    await driver.closed;
    expect(events).toEqual(['ended', 'input end']);
    expect(Buffer.concat(link.written).toString()).toMatch(/^500 .*\n$/);
    expect(link.closed).toBe(true);
  });

  it('a link that takes no last words is closed after a second', async () => {
    const { driver, link } = await loggedIn(65_536);
    link.blocked = true;
    driver.send({ name: 'createServerRecord', record: Buffer.alloc(900_000) });
    const room = driver.room();
    driver.fail(undefined);
    await vi.advanceTimersByTimeAsync(999);
    expect(link.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await driver.closed;
    expect(link.closed).toBe(true);
    await room;
  });

  it('nothing is done after it', async () => {
    const { driver, link, events } = await loggedIn(65_536);
    driver.fail(undefined);
    await driver.closed;
    driver.send({ name: 'syncStart' });
    driver.quit();
    driver.setPaused(true);
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(events).toEqual(['ended']);
    expect(link.written).toEqual([]);
    expect(link.paused).toBe(false);
  });
});
