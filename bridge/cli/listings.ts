/** Devices, ports, pages and the bridge's state, as people read them. */
import type { DeviceStatus, FoundDevice, PairedPage, Port, Status } from '../../contract/api.ts';
import { unattendedText } from './unattended-command.ts';
import { describeJob } from './report.ts';
import { count, printable, table } from './text.ts';

const stateNames: Record<DeviceStatus['state'], string> = {
  disconnected: 'not connected',
  connecting: 'connecting',
  'waiting-for-allow': 'waiting for Allow on the device',
  'waiting-for-code': 'waiting for its code to be compared',
  connected: 'connected',
};

const protections: Record<NonNullable<DeviceStatus['protection']>, string> = {
  tls: ', protected',
  none: ', UNPROTECTED',
  'not-needed': '',
};

export function deviceList(devices: readonly DeviceStatus[]): string {
  if (devices.length === 0) return 'No device is configured.\n';
  const rows = devices.map(({ name, link, state, protection, banner, lastSync }) => [
    name,
    link,
    stateNames[state] + (protection === undefined ? '' : protections[protection]),
    banner === undefined ? '' : `${banner.displayName} ${banner.model} ${banner.version}`.trim(),
    lastSync ?? 'never',
  ]);
  const problems = devices.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [`${printable(`${name}: ${problem.message}`)}\n  ${problem.remedy}\n`],
  );
  const codes = devices.flatMap(({ name, code }) => (code === undefined ? [] : [codeText(name, code)]));
  return table(['Name', 'Link', 'State', 'Device', 'Last sync'], rows) + codes.join('') + problems.join('');
}

/** What a person has to do about a code. */
export function codeText(name: string, code: string): string {
  return printable(
    `${name} has to show the code ${code}. If it does: outlook-device-sync devices --compare ${name} --code ${code}`,
  ).concat('\n');
}

export function portList(ports: readonly Port[]): string {
  if (ports.length === 0) return 'No serial port was found.\n';
  const rows = ports.map(({ path, description, vendorId, productId, serialNumber }) => [
    path,
    description,
    vendorId === null ? '' : `${vendorId}:${productId ?? ''}`,
    serialNumber ?? '',
  ]);
  return table(['Port', 'Description', 'USB id', 'Serial number'], rows);
}

export function foundList(devices: readonly FoundDevice[]): string {
  if (devices.length === 0) return 'No device announces itself. One of 2009 never does: name its address.\n';
  const rows = devices.map(({ name, model, addresses, port, service }) => [
    name,
    model ?? '',
    addresses.map((address) => `${address}:${port}`).join(', '),
    service,
  ]);
  return table(['Name', 'Model', 'Address', 'Host for the configuration'], rows);
}

export function pageList(pages: readonly PairedPage[]): string {
  if (pages.length === 0) return 'No page is paired.\n';
  const rows = pages.map(({ id, label, createdOn, lastUsedOn }) => [id, label, createdOn, lastUsedOn]);
  return table(['Id', 'Page', 'Paired on', 'Last used on'], rows);
}

export function statusText(status: Status): string {
  const { version, address, pid, hosts, devices, job, pairingsWaiting, certificate } = status;
  const attached = hosts.map(
    ({ label, mailbox, datasets }) => `${label}: ${mailbox} (${datasets.join(', ')})`,
  );
  return [
    `Bridge ${version} at ${address} (process ${pid})\n`,
    `Outlook: ${attached.length === 0 ? 'no add-in is attached' : printable(attached.join('; '))}\n`,
    pairingsWaiting === 0 ? '' : `${count(pairingsWaiting, 'page')} waiting to be paired: pair CODE\n`,
    status.unattended?.on === true ? unattendedText(status.unattended) : '',
    status.paused === true ? 'Paused. Let it go on with: outlook-device-sync resume\n' : '',
    certificate?.renewSoon === true
      ? `The certificate runs out on ${certificate.notAfter.slice(0, 10)}. Renew it: outlook-device-sync certificate renew\n`
      : '',
    deviceList(devices),
    job === null ? 'No sync has run yet.\n' : describeJob(job),
  ].join('');
}
