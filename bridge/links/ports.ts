/** The serial ports of this computer. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { SerialPort } from 'serialport';
import type { Port } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';

/**
 * Sorted by path.
 * @throws SyncError `link.serial-open` where the system does not tell
 */
export async function listPorts(): Promise<readonly Port[]> {
  const ports = process.platform === 'linux' ? await portsInSysfs() : await portsByLibrary();
  return [...ports].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function portsByLibrary(): Promise<readonly Port[]> {
  // Loaded when it is needed, as in serial.ts. Linux tells the same without it.
  const library = await import('serialport');
  try {
    return (await library.SerialPort.list()).map(fromLibrary);
  } catch (error) {
    throw new SyncError('link.serial-open', 'the serial ports cannot be listed', { cause: error });
  }
}

type Found = Awaited<ReturnType<typeof SerialPort.list>>[number];

function fromLibrary(found: Found): Port {
  const words = [found.manufacturer, 'friendlyName' in found ? found.friendlyName : undefined, found.pnpId];
  const description = words.find((word) => typeof word === 'string' && word !== '');
  return {
    path: found.path,
    description: typeof description === 'string' ? description : '',
    vendorId: found.vendorId ?? null,
    productId: found.productId ?? null,
    serialNumber: found.serialNumber ?? null,
  };
}

/** Ports with a driver under `root`, as Linux lists them. */
export async function portsInSysfs(root = '/sys/class/tty'): Promise<readonly Port[]> {
  const names = await readdir(root).catch(() => []);
  const ports = await Promise.all(names.map(async (name) => portInSysfs(root, name)));
  return ports.filter((port) => port !== undefined);
}

async function portInSysfs(root: string, name: string): Promise<Port | undefined> {
  // Consoles and pseudo-terminals have no device behind them; a built-in port without a chip has type 0.
  const device = await realpath(join(root, name, 'device')).catch(() => undefined);
  if (device === undefined || (await textOf(join(root, name, 'type'))) === '0') return undefined;
  const usb = await usbDevice(device);
  return {
    path: `/dev/${name}`,
    description: usb === undefined ? '' : ((await textOf(join(usb, 'product'))) ?? ''),
    vendorId: usb === undefined ? null : await textOf(join(usb, 'idVendor')),
    productId: usb === undefined ? null : await textOf(join(usb, 'idProduct')),
    serialNumber: usb === undefined ? null : await textOf(join(usb, 'serial')),
  };
}

const LEVELS_TO_USB_DEVICE = 4;

/** The folder of the USB device that a port belongs to: some levels above the port's own. */
async function usbDevice(device: string): Promise<string | undefined> {
  let folder = device;
  for (let level = 0; level < LEVELS_TO_USB_DEVICE; level += 1) {
    if ((await textOf(join(folder, 'idVendor'))) !== null) return folder;
    folder = join(folder, '..');
  }
  return undefined;
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}
