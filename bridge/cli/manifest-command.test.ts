/** The manifest for an organisation, as an administrator asks for it. Needs no built pages: the sources have the icons. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { manifestCommand, type ManifestOptions } from './manifest-command.ts';

const CLIENT = '11111111-2222-4333-8444-555555555555';
const config = {
  port: 24245,
  origin: undefined,
  outlook: { localMailbox: undefined, clientId: undefined, authority: undefined },
};

let pages: string;
beforeEach(() => {
  pages = join(temporaryFolder(), 'pages');
  mkdirSync(pages);
  cpSync(join(import.meta.dirname, '../../addin/assets'), join(pages, 'assets'), { recursive: true });
  for (const page of ['taskpane.html', 'commands.html']) writeFileSync(join(pages, page), '<!doctype html>');
});

describe('outlook-device-sync manifest', () => {
  const run = (options: Partial<ManifestOptions> = {}, own: Partial<typeof config> = {}) => {
    const io = new RecordedIo();
    const code = manifestCommand(io, { ...config, ...own }, { json: false, ...options }, pages);
    return { code, out: io.printed, err: io.complained };
  };

  it('is for the bridge’s own pages where nothing is said', () => {
    const { code, out, err } = run();
    expect(code).toBe(0);
    expect(out).toContain('"https://localhost:24245/taskpane.html"');
    expect(err).toContain('brk-multihub://localhost:24245');
    expect(err).not.toContain('adminconsent');
  });

  it('tells what has to be registered, agreed to and configured', () => {
    const { err } = run({ clientId: CLIENT });
    expect(err).toMatch(/consent\.html\n.*auth\.html\n.*dialog\.html\n.*brk-multihub/);
    expect(err).toContain(`adminconsent?client_id=${CLIENT}&scope=offline_access%20openid`);
    expect(err).toContain(`{"outlook":{"clientId":"${CLIENT}"}}`);
  });

  it('is for pages on a server of the organisation', () => {
    const { out, err } = run({ origin: 'https://apps.contoso.example', bridgePort: 24245 });
    expect(out).toContain('"https://apps.contoso.example/taskpane.html?bridge=24245"');
    expect(err).toContain('"pagesOrigin":"https://apps.contoso.example","port":24245');
  });

  it('is for a name of the organisation that means this PC, also from the configuration', () => {
    const origin = 'https://sync.contoso.example:24245';
    expect(run({ origin }).out).toBe(run({}, { origin } as never).out);
    expect(run({ origin }).err).toContain(`"origin":"${origin}","originCertificate":{"certificate":`);
  });

  it('goes into a file, and can be told as JSON', () => {
    const out = join(pages, '..', 'manifest.xml');
    expect(run({ out }).out).toContain('was written and checked');
    const told = JSON.parse(run({ json: true, out }).out) as { manifest: string; file: string };
    expect(told.file).toBe(out);
    expect(readFileSync(out, 'utf8')).toBe(told.manifest);
  });

  it.each([
    [{ origin: 'http://localhost:24245' }, '--origin'],
    [{ origin: 'https://apps.contoso.example/sync' }, '--origin'],
    [{ origin: 'nonsense' }, '--origin'],
    [{ clientId: 'my app' }, '--client-id'],
    [{ bridgePort: 0 }, '--bridge-port'],
  ])('refuses %j', (options, named) => {
    expect(() => run(options)).toThrow(expect.objectContaining({ code: 'config.invalid' }) as Error);
    expect(() => run(options)).toThrow(named);
  });

  it('names a file that cannot be written', () => {
    const out = '/nowhere/at/all/manifest.xml';
    expect(() => run({ out })).toThrow(expect.objectContaining({ code: 'file.unwritable', detail: out }));
  });

  it('refuses to make one for pages that are not all there', () => {
    pages = join(pages, 'assets');
    expect(() => run()).toThrow('There is no page /taskpane.html.');
  });
});
