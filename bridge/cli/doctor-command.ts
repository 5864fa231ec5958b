/** `doctor`: looks at everything that the bridge needs, and says what to do about what is wrong. */
import { paths, statusSchema, type Status } from '../../contract/api.ts';
import { errorCatalogue, SyncError, toSyncError } from '../../contract/errors.ts';
import { ANNOUNCE_DAYS, daysLeft, readCertificate } from '../certificate/certificate.ts';
import { trustSurroundings, untrustedStores } from '../certificate/trust.ts';
import { loadConfiguration, type BridgeConfig } from '../config/configuration.ts';
import { stateFiles } from '../config/state-folder.ts';
import { ok, problem, warning, type Check, type Finding } from '../doctor/check.ts';
import { checkDatabase } from '../doctor/database.ts';
import { checkGraph } from '../doctor/services.ts';
import { checkFreePort, checkPages, checkSerialPorts, checkStateFolder } from '../doctor/this-computer.ts';
import { builtPages } from '../http/pages.ts';
import { describeKeyStore } from '../passwords/key-store.ts';
import { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';

export interface DoctorOptions {
  readonly stateFolder: string;
  readonly config: string | undefined;
  readonly json: boolean;
  /** Where Graph is, for tests. */
  readonly graph?: string;
}

/** Exit code 1 when something is wrong; warnings alone are fine. */
export async function doctorCommand(io: Io, options: DoctorOptions): Promise<number> {
  const findings: Finding[] = [];
  for (const check of checks(options)) {
    const found = await check();
    findings.push(...found);
    if (!options.json) for (const finding of found) io.out(findingText(finding));
  }
  if (options.json) io.out(`${JSON.stringify(findings)}\n`);
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}

const marks = { ok: 'ok      ', warning: 'WARNING ', problem: 'PROBLEM ' } as const;

function findingText({ about, state, text, remedy }: Finding): string {
  const what = printable(`${marks[state]}${about}: ${text}`);
  return remedy === '' ? `${what}\n` : `${what}\n        ${printable(remedy)}\n`;
}

function checks({ stateFolder, config: file, graph }: DoctorOptions): readonly Check[] {
  let config: BridgeConfig | undefined;
  let status: Status | undefined;
  return [
    async () => {
      try {
        config = loadConfiguration(stateFolder, file);
        const { devices, enforced = [] } = config;
        const set = enforced.length === 0 ? '' : `; your administrator has set ${enforced.join(', ')}`;
        return [ok('configuration', `${devices.length} devices are configured${set}`)];
      } catch (error) {
        return [fromError('configuration', error)];
      }
    },
    () => checkStateFolder(stateFolder),
    async () => {
      try {
        const client = await BridgeClient.connect(stateFolder);
        status = await client.get(paths.status, statusSchema);
        return [
          ok('bridge', `version ${status.version} runs at ${status.address} (process ${status.pid})`),
          ok('port', 'the port is the bridge’s'),
        ];
      } catch (error) {
        const { code, detail, remedy, message } = toSyncError(error);
        if (code !== 'bridge.not-running') return [problem('bridge', message, remedy)];
        const port = config === undefined ? [] : await checkFreePort(config.port);
        return [warning('bridge', `it does not run${detail === '' ? '' : ` (${detail})`}`, remedy), ...port];
      }
    },
    () => checkCertificate(stateFolder),
    () => checkPages(builtPages),
    async () => (status === undefined ? [] : [checkAddIn(status)]),
    async () => (status === undefined ? [] : checkDevices(status)),
    async () => (config === undefined ? [] : checkSerialPorts(config.devices)),
    () => checkDatabase(stateFiles.database(stateFolder)),
    async () => [ok('passwords', await describeKeyStore(stateFolder))],
    () => checkGraph(graph ?? config?.outlook.localMailbox),
  ];
}

async function checkCertificate(stateFolder: string): Promise<readonly Finding[]> {
  const certificate = readCertificate(stateFolder);
  if (certificate === undefined)
    return [
      warning('certificate', 'there is none that can be used', errorCatalogue['bridge.not-running'].remedy),
    ];
  const days = daysLeft(certificate);
  const renew = 'Run: outlook-device-sync certificate renew';
  const untrusted = await untrustedStores(certificate.authority, certificate.file, trustSurroundings());
  return [
    days < 0
      ? problem('certificate', 'it has run out', renew)
      : days < ANNOUNCE_DAYS
        ? warning('certificate', `it runs out in ${days} days`, renew)
        : ok('certificate', `it is good for ${days} days`),
    untrusted.length === 0
      ? ok('trust', 'your browsers trust the bridge')
      : warning(
          'trust',
          `not trusted by ${untrusted.join(', ')}`,
          'Run: outlook-device-sync certificate trust',
        ),
  ];
}

function checkAddIn({ hosts, pairingsWaiting }: Status): Finding {
  if (hosts.length > 0)
    return ok('add-in', hosts.map(({ label, mailbox }) => `${label} serves ${mailbox}`).join('; '));
  const waiting = pairingsWaiting > 0 ? ' A page waits for its code: outlook-device-sync pair CODE.' : '';
  const { message, remedy } = errorCatalogue['mailbox.no-host'];
  return warning('add-in', message, `${remedy}${waiting}`);
}

function checkDevices({ devices }: Status): readonly Finding[] {
  return devices.map(({ name, state, problem: trouble }) =>
    trouble === undefined
      ? ok(`device ${name}`, state)
      : warning(`device ${name}`, trouble.message, trouble.remedy),
  );
}

function fromError(about: string, error: unknown): Finding {
  const { message, remedy } = error instanceof SyncError ? error : toSyncError(error);
  return problem(about, message, remedy);
}
