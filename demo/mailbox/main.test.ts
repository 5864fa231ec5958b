import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localToken } from './mailbox.ts';

/** The mailbox as a program, as `npm run mailbox` runs it: needs `npm run build:node` before. */

const program = join(import.meta.dirname, '../../dist/demo/mailbox/main.js');
const children: ChildProcess[] = [];
let state: string;

beforeEach(() => {
  if (!existsSync(program)) throw new Error('dist is missing: run `npm run build:node` first');
  state = mkdtempSync(join(tmpdir(), 'mailbox-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(state, { recursive: true });
});

async function start(...options: readonly string[]): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [program, '--port', '0', '--state', state, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) return { child, line };
  throw new Error('the mailbox ended without a word');
}

const call = async (url: string, init: RequestInit = {}) => {
  const headers = { Authorization: `Bearer ${localToken('anna')}`, 'Content-Type': 'application/json' };
  return (await fetch(`${url}/v1.0/me/contacts`, { ...init, headers })).json() as Promise<
    Record<string, unknown>
  >;
};

describe('the mailbox program', () => {
  it('prints its address and ends when told', async () => {
    const { child, line } = await start();
    expect(line).toMatch(/^local mailbox ready at http:\/\/127\.0\.0\.1:\d+$/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('keeps what it has answered through a kill, ids and versions included', async () => {
    const first = await start('--json');
    const ready = JSON.parse(first.line) as { ready: boolean; url: string };
    expect(ready.ready).toBe(true);
    const created = await call(ready.url, { method: 'POST', body: '{"givenName":"Ilse"}' });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await start('--json');
    const { url } = JSON.parse(second.line) as { url: string };
    expect((await call(url)).value).toMatchObject([
      { id: created.id, givenName: 'Ilse', changeKey: created.changeKey },
    ]);
  });

  it('refuses a port that is none', async () => {
    const child = spawn(process.execPath, [program, '--port', '70000'], { stdio: 'ignore' });
    children.push(child);
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
