/**
 * The bridge's own certificate for localhost: made at the first start, kept in the state folder, and made anew
 * before it runs out. `certificate.pem` is what the CLI and the headless host pin.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { SyncError } from '../../contract/errors.ts';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Browsers refuse server certificates that last longer than 398 days. */
const LIFETIME_DAYS = 397;
/** A certificate with less than this left is replaced at start. */
const RENEW_BEFORE_DAYS = 60;

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM; a secret. */
  readonly key: string;
  readonly file: string;
}

/**
 * The certificate of this state folder; a new one where there is none, or where it is about to run out, does not
 * fit its key, or its key could be read by others.
 * @throws SyncError `bridge.certificate`
 */
export async function ensureCertificate(stateFolder: string, now = new Date()): Promise<Certificate> {
  const file = stateFiles.certificate(stateFolder);
  const keyFile = stateFiles.certificateKey(stateFolder);
  try {
    const certificate = readPrivateFile(file);
    const key = readPrivateFile(keyFile);
    if (certificate.state !== 'absent' && key.state === 'private') {
      if (isUsable(certificate.text, key.text, now))
        return { certificate: certificate.text, key: key.text, file };
    }
    const fresh = await makeCertificate(now);
    writePrivateFile(keyFile, fresh.key);
    writePrivateFile(file, fresh.certificate);
    return { ...fresh, file };
  } catch (error) {
    throw new SyncError('bridge.certificate', file, { cause: error });
  }
}

async function makeCertificate(now: Date): Promise<{ certificate: string; key: string }> {
  // Loaded when it is needed: once a year, and it is large.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate: new Date(now.getTime() + LIFETIME_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

function isUsable(pem: string, key: string, now: Date): boolean {
  const found = parse(pem, key);
  if (found === undefined) return false;
  const left = Date.parse(found.certificate.validTo) - now.getTime();
  return left > RENEW_BEFORE_DAYS * DAY_MS && found.certificate.checkPrivateKey(found.key);
}

/** Undefined for what is no certificate or no key: a damaged file is simply made anew. */
function parse(
  pem: string,
  key: string,
): { certificate: X509Certificate; key: ReturnType<typeof createPrivateKey> } | undefined {
  try {
    return { certificate: new X509Certificate(pem), key: createPrivateKey(key) };
  } catch {
    return undefined;
  }
}
