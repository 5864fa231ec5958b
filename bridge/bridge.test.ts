import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BridgeConfig } from './config/configuration.ts';
import { stateFiles } from './config/state-folder.ts';
import { startBridge } from './bridge.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (): BridgeConfig => ({
  stateFolder: folder,
  port: 0,
  origin: undefined,
  devices: [],
  limits: { maxLineBytes: 1_000_000 },
  outlook: { localMailbox: undefined, clientId: undefined, authority: undefined },
});

describe('starting the bridge', () => {
  it('R6 keeps a damaged database aside and begins anew', async () => {
    writeFileSync(join(folder, 'bridge.db'), 'no database at all, whatever its name says. '.repeat(50));
    const bridge = await startBridge(config());
    expect(bridge.url).toMatch(/^https:\/\/localhost:\d+$/);
    await bridge.stop();
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(1);
  });

  it('writes down why it did not start', async () => {
    const first = await startBridge(config());
    const port = Number(new URL(first.url).port);
    const stateFolder = join(folder, 'other');
    await expect(startBridge({ ...config(), stateFolder, port })).rejects.toMatchObject({
      code: 'bridge.other-bridge',
    });
    await first.stop();
    const written = readFileSync(stateFiles.log(stateFolder), 'utf8').trim().split('\n');
    expect(JSON.parse(written.at(-1) ?? '')).toMatchObject({
      level: 50,
      msg: 'the bridge did not start',
      err: { code: 'bridge.other-bridge' },
    });
  });

  it('refuses to be the second one of a state folder, and leaves it for the next when it stops', async () => {
    const first = await startBridge(config());
    await expect(startBridge(config())).rejects.toMatchObject({ code: 'bridge.running' });
    await first.stop();
    const next = await startBridge(config());
    await next.stop();
  });
});
