/** Adding devices to the configuration file, and taking them out of it. What else the file says stays as it is. */
import { readFileSync } from 'node:fs';
import type { AddDeviceRequest } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { ONLY_DEVICE, parseConfiguration, type DeviceConfig } from './configuration.ts';
import { hasCode, writePrivateFile } from './private-files.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Writes the device into the file and returns it as the file now has it. A device at the top of the file (`tcp`, `serial`)
 * becomes the first of the list.
 * @throws SyncError `device.name-taken`, `config.invalid`, `store.unwritable`
 */
export function addDevice(file: string, stateFolder: string, { name, link }: AddDeviceRequest): DeviceConfig {
  const { rest, devices } = readDevices(file, stateFolder);
  if (devices.some((device) => device.name === name)) throw new SyncError('device.name-taken', name);
  const { kind, ...where } = link;
  const text = textOf({ ...rest, devices: [...devices, { name, [kind]: where }] });
  const added = parseConfiguration(text, file, stateFolder).devices.at(-1);
  if (added === undefined) throw new SyncError('config.invalid', file);
  writePrivateFile(file, text);
  return added;
}

/**
 * Takes the device out of the file; false when the file does not name it.
 * @throws SyncError `config.invalid`, `store.unwritable`
 */
export function removeDevice(file: string, stateFolder: string, name: string): boolean {
  const { rest, devices } = readDevices(file, stateFolder);
  const others = devices.filter((device) => device.name !== name);
  if (others.length === devices.length) return false;
  writePrivateFile(file, textOf({ ...rest, devices: others }));
  return true;
}

/** The file's devices as it writes them, and all else that it says. */
function readDevices(
  file: string,
  stateFolder: string,
): { readonly rest: Json; readonly devices: readonly Json[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (!hasCode(error, 'ENOENT'))
      throw new SyncError('config.invalid', `${file} cannot be read`, { cause: error });
    text = '{}';
  }
  // What it may hold is checked there.
  parseConfiguration(text, file, stateFolder);
  const {
    devices = [],
    tcp,
    serial,
    ...rest
  } = JSON.parse(text) as Json & { readonly devices?: readonly Json[] };
  const only = tcp ?? serial;
  if (only === undefined) return { rest, devices };
  return { rest, devices: [{ name: ONLY_DEVICE, [tcp === undefined ? 'serial' : 'tcp']: only }] };
}

function textOf(value: Json): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
