/** What an administrator has set counts, whatever the user says. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { overrideConfig } from '../cli/start-command.ts';
import { parseConfiguration } from './configuration.ts';
import { applyPolicy, enforcedPaths, policyFile, readPolicy } from './policy.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
  file = join(folder, 'policy.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const me = process.getuid?.() ?? 0;
const write = (values: unknown): void => writeFileSync(file, JSON.stringify(values), { mode: 0o644 });
const configure = (user: unknown, policy: unknown) => {
  write(policy);
  return parseConfiguration(JSON.stringify(user), 'config.json', folder, readPolicy(file, me));
};
const clientId = '11111111-2222-4333-8444-555555555555';

test('lies where only an administrator can write, whatever the user’s environment says', () => {
  const { ProgramData, ProgramFiles, HOME } = process.env;
  try {
    for (const name of ['ProgramData', 'ProgramFiles', 'HOME']) process.env[name] = folder;
    expect(policyFile('linux')).toBe('/etc/outlook-device-sync/policy.json');
    expect(policyFile('darwin')).toBe('/Library/Application Support/outlook-device-sync/policy.json');
    expect(policyFile('win32')).toBe(
      String.raw`C:\Program Files\Common Files\outlook-device-sync\policy.json`,
    );
  } finally {
    for (const [name, value] of Object.entries({ ProgramData, ProgramFiles, HOME }))
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  }
});

describe('a policy', () => {
  test('stands in place of what the user has set, and leaves the rest', () => {
    const config = configure(
      { port: 30000, outlook: { clientId: 'aaaaaaaa-2222-4333-8444-555555555555', meetings: 'writable' } },
      { outlook: { clientId } },
    );
    expect(config.port).toBe(30000);
    expect(config.outlook.clientId).toBe(clientId);
    expect(config.outlook.settings?.meetings).toBe('writable');
    expect(config.enforced).toEqual(['outlook.clientId']);
  });

  test('decides on the devices as a whole', () => {
    const user = { devices: [{ name: 'mine', tcp: { host: 'mine' } }] };
    expect(configure(user, { tcp: { host: 'ours' } }).devices.map(({ link }) => link)).toEqual([
      { kind: 'tcp', host: 'ours', port: 4245 },
    ]);
  });

  test('cannot be overridden on the command line either', () => {
    const config = configure({}, { port: 30000, tcp: { host: 'ours' }, outlook: { clientId } });
    const base = { json: false };
    expect(() => overrideConfig(config, { ...base, port: 1 })).toThrow(/port/);
    const link = { kind: 'tcp', host: 'mine', port: 1 } as const;
    expect(() => overrideConfig(config, { ...base, link })).toThrow(/tcp/);
    const outlook = { graph: 'http://127.0.0.1:1', user: undefined };
    expect(() => overrideConfig(config, { ...base, outlook })).toThrow(/outlook/);
    expect(overrideConfig(config, base).port).toBe(30000);
  });

  test('is checked like a configuration, and named where it is wrong', () => {
    expect(() => configure({}, { prot: 1 })).toThrow(/policy\.json.*prot: unknown/);
  });

  test('that users could have written is refused', () => {
    write({ port: 30000 });
    chmodSync(file, 0o666);
    expect(() => readPolicy(file, me)).toThrow(/administrator alone/);
    chmodSync(file, 0o644);
    expect(() => readPolicy(file, me + 1)).toThrow(/administrator alone/);
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    writeFileSync(join(open, 'policy.json'), '{}', { mode: 0o644 });
    expect(() => readPolicy(join(open, 'policy.json'), me)).toThrow(/administrator alone/);
  });

  test.each(['no json', '[]', '"x"', 'null'])('that is no object is refused: %s', (text) => {
    writeFileSync(file, text, { mode: 0o644 });
    expect(() => readPolicy(file, me)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });

  test('that is not there changes nothing', () => {
    expect(readPolicy(file, me)).toBeUndefined();
  });

  test('pollutes no prototype', () => {
    const merged = applyPolicy({}, JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown>) as object;
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(enforcedPaths({ a: { b: 1, c: [1] }, d: null })).toEqual(['a.b', 'a.c', 'd']);
  });
});
