/** `certificate`: shows the certificate, makes browsers trust it, renews it, takes the trust away. */
import { paths } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import {
  ANNOUNCE_DAYS,
  daysLeft,
  ensureCertificate,
  renewCertificate,
  type Certificate,
} from '../certificate/certificate.ts';
import {
  distrustAll,
  hasTrusted,
  trustAuthority,
  trustSurroundings,
  untrustedStores,
} from '../certificate/trust.ts';
import type { TrustSurroundings } from '../certificate/trust-commands.ts';
import { ensurePrivateFolder } from '../config/private-files.ts';
import { BridgeClient } from './bridge-client.ts';
import type { CertificateAction } from './flags.ts';
import type { Io } from './io.ts';

export interface CertificateOptions {
  readonly stateFolder: string;
  readonly json: boolean;
  /** The person has agreed already. */
  readonly yes: boolean;
  readonly surroundings?: TrustSurroundings;
}

export async function certificateCommand(
  action: CertificateAction,
  io: Io,
  options: CertificateOptions,
): Promise<number> {
  const { stateFolder, json, surroundings = trustSurroundings() } = options;
  ensurePrivateFolder(stateFolder);
  const tell = (value: unknown, text: string): number => {
    io.out(json ? `${JSON.stringify(value)}\n` : text);
    return 0;
  };
  if (action === 'distrust') {
    const count = await distrustAll(stateFolder, surroundings);
    return tell(
      { distrusted: count },
      `${count === 0 ? 'Nothing was trusted.' : 'The trust was taken away.'}\n`,
    );
  }
  const current = await ensureCertificate(stateFolder, { trusted: hasTrusted(stateFolder) });
  if (action === 'show') {
    const untrusted = await untrustedStores(current.authority, current.file, surroundings);
    return tell(summary(current, untrusted), describe(current, untrusted));
  }
  await askFirst(io, action, options, surroundings);
  const certificate = action === 'renew' ? await renewCertificate(stateFolder) : current;
  // The programs of this user find the bridge by the new one from here on, whether browsers come to trust it or not.
  if (action === 'renew') await tellBridge(stateFolder, current);
  const stores = await trustAuthority(stateFolder, certificate.authority, surroundings);
  return tell(
    summary(certificate, []),
    `Trusted now by ${stores.join(', ')}. Restart the browser or Outlook if a page still complains.\n`,
  );
}

async function askFirst(
  io: Io,
  action: 'trust' | 'renew',
  { yes }: CertificateOptions,
  { platform }: TrustSurroundings,
): Promise<void> {
  if (yes) return;
  io.err(
    [
      action === 'renew' ? 'A new authority and certificate are made; the old ones are removed.\n' : '',
      'Your own browsers and Outlook are told to trust an authority that was made on this PC. It can speak for\n',
      'localhost, 127.0.0.1 and ::1 only, has signed one certificate and can sign no other: its key is gone.\n',
      platform === 'linux' ? '' : 'The system asks you once more.\n',
    ].join(''),
  );
  if (!(await io.confirm('Trust it?'))) throw new SyncError('bridge.trust', 'you did not agree');
}

/** The running bridge takes the new certificate; one that does not run takes it when it starts. */
async function tellBridge(stateFolder: string, former: Certificate): Promise<void> {
  try {
    const client = await BridgeClient.connect(stateFolder, former.authority);
    await client.tell('POST', paths.certificate);
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'bridge.not-running') throw error;
  }
}

function summary(certificate: Certificate, untrusted: readonly string[]): Record<string, unknown> {
  return {
    notAfter: certificate.notAfter.toISOString(),
    daysLeft: daysLeft(certificate),
    renewSoon: daysLeft(certificate) < ANNOUNCE_DAYS,
    authority: certificate.file,
    untrusted,
  };
}

function describe(certificate: Certificate, untrusted: readonly string[]): string {
  const days = daysLeft(certificate);
  return [
    `The certificate is good until ${certificate.notAfter.toISOString().slice(0, 10)} (${days} days).\n`,
    days < ANNOUNCE_DAYS ? 'Renew it: outlook-device-sync certificate renew\n' : '',
    `Its authority: ${certificate.file}\n`,
    untrusted.length === 0
      ? 'Your browsers trust it.\n'
      : `Not trusted yet by ${untrusted.join(', ')}: outlook-device-sync certificate trust\n`,
  ].join('');
}
