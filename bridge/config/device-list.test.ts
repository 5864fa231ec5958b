import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from './configuration.ts';
import { addDevice, removeDevice } from './device-list.ts';

describe('the devices of the configuration file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'device-list-'));
    file = join(folder, 'config.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const load = () => loadConfiguration(folder);
  const tcp = { kind: 'tcp', host: '192.168.0.202' } as const;

  it('are added to a file that is not there yet, with the defaults of the file', () => {
    const added = addDevice(file, folder, { name: 'Neo', link: tcp });
    expect(added).toMatchObject({ name: 'Neo', link: { kind: 'tcp', host: '192.168.0.202', port: 4245 } });
    expect(load().devices).toEqual([added]);
  });

  it('are added behind the device at the top of the file, and nothing else of the file is lost', () => {
    writeFileSync(file, JSON.stringify({ port: 24300, serial: { path: '/dev/ttyUSB0', baudRate: 115200 } }));
    addDevice(file, folder, { name: 'Neo', link: tcp });
    const { port, devices } = load();
    expect(port).toBe(24300);
    expect(devices.map(({ name, link }) => [name, link.kind])).toEqual([
      ['device', 'serial'],
      ['Neo', 'tcp'],
    ]);
    expect(devices[0]?.link).toMatchObject({ path: '/dev/ttyUSB0', baudRate: 115200 });
  });

  it('have names of their own', () => {
    addDevice(file, folder, { name: 'Neo', link: tcp });
    const before = readFileSync(file, 'utf8');
    expect(() => addDevice(file, folder, { name: 'Neo', link: tcp })).toThrow(/already/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('are taken out again; a name that the file does not hold is told', () => {
    addDevice(file, folder, { name: 'Neo', link: tcp });
    expect(removeDevice(file, folder, 'Other')).toBe(false);
    expect(removeDevice(file, folder, 'Neo')).toBe(true);
    expect(load().devices).toEqual([]);
  });

  it('are not written into a file that is not valid', () => {
    writeFileSync(file, '{ "port": "high" }');
    expect(() => addDevice(file, folder, { name: 'Neo', link: tcp })).toThrow(/port/);
    expect(readFileSync(file, 'utf8')).toBe('{ "port": "high" }');
  });
});
