import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portSchema } from '../../contract/api.ts';
import { listPorts, portsInSysfs } from './ports.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sysfs-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** A port as Linux shows it: `class/tty/NAME/device` is a link to the device's folder. */
function port(name: string, deviceFolder: string, files: Readonly<Record<string, string>> = {}): void {
  const device = join(root, 'devices', deviceFolder);
  const folder = join(root, 'class', name);
  mkdirSync(device, { recursive: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(device, join(folder, 'device'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
}

describe('ports in sysfs', () => {
  it('a USB adapter with what its device says of itself', async () => {
    mkdirSync(join(root, 'devices/usb1/1-2'), { recursive: true });
    port('ttyUSB0', 'usb1/1-2/1-2:1.0/ttyUSB0', {
      'devices/usb1/1-2/idVendor': '0403\n',
      'devices/usb1/1-2/idProduct': '6001\n',
      'devices/usb1/1-2/product': 'FT232R USB UART\n',
      'devices/usb1/1-2/serial': 'A600\n',
    });
    expect(await portsInSysfs(join(root, 'class'))).toEqual([
      {
        path: '/dev/ttyUSB0',
        description: 'FT232R USB UART',
        vendorId: '0403',
        productId: '6001',
        serialNumber: 'A600',
      },
    ]);
  });

  it('built-in ports only where there is a chip; no consoles', async () => {
    port('ttyS0', 'platform/serial8250/0', {});
    writeFileSync(join(root, 'class/ttyS0/type'), '4\n');
    port('ttyS1', 'platform/serial8250/1', {});
    writeFileSync(join(root, 'class/ttyS1/type'), '0\n');
    mkdirSync(join(root, 'class/tty1'));
    const ports = await portsInSysfs(join(root, 'class'));
    expect(ports.map(({ path }) => path)).toEqual(['/dev/ttyS0']);
    expect(ports[0]).toMatchObject({ description: '', vendorId: null });
  });

  it('none where there is no sysfs', async () => {
    expect(await portsInSysfs(join(root, 'nothing'))).toEqual([]);
  });
});

it('this computer’s ports fit the API', async () => {
  for (const found of await listPorts()) expect(portSchema.parse(found)).toEqual(found);
});
