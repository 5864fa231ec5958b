/** Checks of this computer: the port, the state folder, serial ports, the programs that were built. */
import { constants } from 'node:fs';
import { access, lstat, readdir, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { errorCatalogue, SyncError } from '../../contract/errors.ts';
import type { DeviceConfig } from '../config/configuration.ts';
import { hasCode } from '../config/private-files.ts';
import { listPorts } from '../links/ports.ts';
import { resolvePort } from '../links/serial.ts';
import { portTaken } from '../http/port-owner.ts';
import { ok, problem, warning, type Finding } from './check.ts';

/** A first sync of a large mailbox needs less. */
const LOW_DISK_BYTES = 200 * 1024 * 1024;

/** The port while no bridge of this user runs: free, or whose. */
export async function checkFreePort(port: number): Promise<readonly Finding[]> {
  for (const host of ['127.0.0.1', '::1']) {
    if ((await tryPort(host, port)) !== 'taken') continue;
    const { message, remedy } = await portTaken(host, port);
    return [problem('port', message, remedy)];
  }
  return [ok('port', `port ${port} is free on this PC`)];
}

function tryPort(host: string, port: number): Promise<'free' | 'taken'> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error) =>
      resolve(hasCode(error, 'EADDRINUSE') || hasCode(error, 'EACCES') ? 'taken' : 'free'),
    );
    server.listen({ host, port, ipv6Only: host === '::1' }, () => server.close(() => resolve('free')));
  });
}

/** Rights of the state folder, and room on its disk. */
export async function checkStateFolder(folder: string): Promise<readonly Finding[]> {
  const about = 'state folder';
  try {
    await requireFolder(folder, constants.R_OK | constants.W_OK);
  } catch (error) {
    if (hasCode(error, 'ENOENT') && (await canBeMade(folder)))
      return [ok(about, 'there is none yet; the first start makes it')];
    return [problem(about, `${folder} cannot be written`, errorCatalogue['store.unwritable'].remedy)];
  }
  const findings: Finding[] = [];
  const shared = process.platform === 'win32' ? [] : await sharedFiles(folder);
  findings.push(
    shared.length === 0
      ? ok(about, `${folder} is yours alone`)
      : problem(about, `others can read ${shared.join(', ')}`, `Run: chmod -R go= ${folder}`),
  );
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < LOW_DISK_BYTES)
    findings.push(warning('disk', 'less than 200 MB are free', errorCatalogue['store.full'].remedy));
  return findings;
}

async function requireFolder(path: string, rights: number): Promise<void> {
  await access(path, rights);
  if (!(await stat(path)).isDirectory()) throw new Error(`${path} is a file`);
}

/** Whether the nearest folder above that is there may be written. */
async function canBeMade(folder: string): Promise<boolean> {
  const above = dirname(resolve(folder));
  try {
    await requireFolder(above, constants.W_OK | constants.X_OK);
    return true;
  } catch (error) {
    return hasCode(error, 'ENOENT') && canBeMade(above);
  }
}

async function sharedFiles(folder: string): Promise<readonly string[]> {
  const names = ['.', ...(await readdir(folder))];
  const modes = await Promise.all(names.map(async (name) => (await lstat(join(folder, name))).mode));
  return names.filter((_, index) => ((modes[index] ?? 0) & 0o077) !== 0);
}

/** Whether this user may use the serial ports of the configured devices. */
export async function checkSerialPorts(devices: readonly DeviceConfig[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, link } of devices) {
    if (link.kind !== 'serial') continue;
    const about = `serial port of ${name}`;
    try {
      const path = await resolvePort(link.path);
      // Windows lists its ports; it has no rights of single ones to look at.
      if (process.platform !== 'win32') await access(path, constants.R_OK | constants.W_OK);
      else if (!(await listPorts()).some((port) => port.path === path)) throw new Error(`no port ${path}`);
      findings.push(ok(about, `${path} can be used`));
    } catch (error) {
      findings.push(
        hasCode(error, 'EACCES')
          ? problem(about, `you may not use ${link.path}`, serialRemedy)
          : warning(
              about,
              error instanceof SyncError ? error.detail : `${link.path} is not there`,
              'Connect the device; outlook-device-sync ports lists what there is.',
            ),
      );
    }
  }
  return findings;
}

const serialRemedy =
  'Join the group that owns serial ports and sign in again: sudo usermod -aG dialout $USER (on Arch: uucp).';

/** The add-in's pages beside the program. */
export async function checkPages(folder: string): Promise<readonly Finding[]> {
  try {
    await access(join(folder, 'taskpane.html'));
    return [ok('pages', 'the add-in’s pages are there')];
  } catch {
    return [problem('pages', `the add-in’s pages are missing in ${folder}`, 'Install the program again.')];
  }
}
