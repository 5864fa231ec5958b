import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { openDatabase, type Db } from '../store/database.ts';
import { LoginGate, type AcceptPolicy, type Ask } from './gate.ts';
import { terminalPrompt } from './terminal-prompt.ts';

const ALLOW: AcceptPolicy = { accept: 'allow' };
const DENY: AcceptPolicy = { accept: 'deny' };
const MINUTE = 60_000;

describe('login', () => {
  let path: string;
  let db: Db;
  let now = 1_000_000_000_000;

  beforeEach(() => {
    path = join(temporaryFolder(), 'pim.db');
    db = openDatabase(path);
  });

  const gate = (policy: AcceptPolicy): LoginGate => new LoginGate(db, policy, () => now);
  const judge = async (policy: AcceptPolicy, password: string): Promise<boolean> =>
    (await gate(policy).judge({ password }, new AbortController().signal)).allowed;
  const asking = (ask: Ask): AcceptPolicy => ({ accept: 'ask', ask });

  it('a desktop that was let in once is known from then on, also to a new process', async () => {
    expect(await judge(ALLOW, '{one}')).toBe(true);
    db.close();
    db = openDatabase(path);
    expect(await judge(DENY, '{one}')).toBe(true);
    expect(await judge(DENY, '{two}')).toBe(false);
  });

  it('the whole password counts', async () => {
    await judge(ALLOW, 'abcdefgh-1');
    expect(await judge(DENY, 'abcdefgh-2')).toBe(false);
    expect(await judge(DENY, 'abcdefgh')).toBe(false);
  });

  it('no password is kept, only salted hashes', async () => {
    await judge(ALLOW, '{secret-of-the-desktop}');
    const kept = JSON.stringify(db.prepare('SELECT * FROM settings').all());
    expect(kept).toContain('login.known');
    expect(kept).not.toContain('secret-of-the-desktop');
    expect(kept).not.toContain(Buffer.from('{secret-of-the-desktop}').toString('hex'));
  });

  it('the owner decides about the unknown', async () => {
    expect(
      await judge(
        asking(async () => true),
        '{one}',
      ),
    ).toBe(true);
    expect(
      await judge(
        asking(async () => false),
        '{two}',
      ),
    ).toBe(false);
    expect(await judge(DENY, '{one}')).toBe(true);
  });

  it('without a terminal nobody can be asked: it is denied, in words', async () => {
    const verdict = await gate({ accept: 'ask', ask: undefined }).judge(
      { password: '{one}' },
      new AbortController().signal,
    );
    expect(verdict.allowed).toBe(false);
    expect(verdict.reason).toContain('no terminal');
  });

  it('three refusals lock unknown desktops out for ten minutes, also across a restart', async () => {
    let asked = 0;
    const no = asking(async () => {
      asked += 1;
      return false;
    });
    for (const password of ['{a}', '{b}', '{c}']) expect(await judge(no, password)).toBe(false);
    expect(asked).toBe(3);
    db.close();
    db = openDatabase(path);
    now += 9 * MINUTE;
    expect(await judge(ALLOW, '{d}')).toBe(false);
    now += MINUTE;
    expect(await judge(ALLOW, '{d}')).toBe(true);
  });

  it('a known desktop gets in during the lock: a stranger cannot keep it away', async () => {
    await judge(ALLOW, '{known}');
    for (const password of ['{a}', '{b}', '{c}', '{d}']) await judge(DENY, password);
    expect(await judge(DENY, '{known}')).toBe(true);
  });

  it('an allowed desktop ends the count of refusals', async () => {
    await judge(DENY, '{a}');
    await judge(DENY, '{b}');
    await judge(ALLOW, '{c}');
    await judge(DENY, '{d}');
    expect(await judge(ALLOW, '{e}')).toBe(true);
  });

  it('a clock that was set back does not lock for longer than ten minutes', async () => {
    for (const password of ['{a}', '{b}', '{c}']) await judge(DENY, password);
    now -= 1000 * MINUTE;
    expect(await judge(ALLOW, '{d}')).toBe(false);
    const wait = (await gate(ALLOW).judge({ password: '{d}' }, new AbortController().signal)).reason;
    expect(wait).toContain('600 s');
  });

  it.each(['', 'x'.repeat(257)])('an unusable password is refused without asking', async (password) => {
    expect(await judge(ALLOW, password)).toBe(false);
  });

  it('the oldest of too many desktops is forgotten', async () => {
    for (let index = 0; index < 21; index += 1) await judge(ALLOW, `{${index}}`);
    expect(await judge(DENY, '{0}')).toBe(false);
    expect(await judge(DENY, '{20}')).toBe(true);
  });

  it('a desktop that goes away while the owner thinks is not refused', async () => {
    const link = new AbortController();
    const never = asking(
      async (_question, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    const pending = gate(never).judge({ password: '{a}' }, link.signal);
    setTimeout(() => link.abort(new Error('gone')), 150);
    await expect(pending).rejects.toThrow('gone');
    for (const password of ['{b}', '{c}']) await judge(DENY, password);
    expect(await judge(ALLOW, '{d}')).toBe(true);
  });
});

const OPEN = { isProtected: false, code: undefined };

describe('the question on the terminal', () => {
  const ask = async (answer: string | null): Promise<boolean> => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const answered = terminalPrompt(input, output)(OPEN, new AbortController().signal);
    await turn();
    if (answer === null) input.end();
    else input.write(`${answer}\n`);
    return answered;
  };

  it.each(['y', 'Y', 'yes', ' yes '])('%j allows', async (answer) => {
    expect(await ask(answer)).toBe(true);
  });

  it.each(['', 'n', 'no', 'yeah, sure', null])('%j denies', async (answer) => {
    expect(await ask(answer)).toBe(false);
  });

  it('closes when the desktop goes away', async () => {
    const link = new AbortController();
    const answered = terminalPrompt(new PassThrough(), new PassThrough())(OPEN, link.signal);
    await turn();
    link.abort(new Error('gone'));
    await expect(answered).rejects.toThrow();
  });
});
