/**
 * The bridge's own certificate for localhost: made at the first start and kept in the state folder. `authority.pem` is
 * what the person trusts and what the CLI and the headless host pin.
 *
 * Key, leaf and authority are one file, replaced in one step: they always belong together. `authority.pem` is a copy of
 * its last part for programs that want a file of its own.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { SyncError } from '../../contract/errors.ts';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import { makeAuthorityAndLeaf, type Made } from './authority.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The person is told to renew when less than this is left. */
export const ANNOUNCE_DAYS = 60;

export interface Certificate extends Made {
  /** PEM file of the authority. */
  readonly file: string;
  readonly notAfter: Date;
}

/**
 * The certificate of this state folder; a new one where there is none, or where it has run out, does not fit its key, or
 * its key could be read by others. `trusted` tells whether the person has trusted an authority: one that nobody was
 * asked about is also renewed before it runs out, in silence.
 * @throws SyncError `bridge.certificate`
 */
export async function ensureCertificate(
  stateFolder: string,
  { now = new Date(), trusted = false }: { readonly now?: Date; readonly trusted?: boolean } = {},
): Promise<Certificate> {
  const found = readCertificate(stateFolder);
  const wanted = trusted ? 0 : ANNOUNCE_DAYS * DAY_MS;
  if (found === undefined || found.notAfter.getTime() - now.getTime() <= wanted)
    return renewCertificate(stateFolder, now);
  writeAuthority(found);
  return found;
}

/**
 * Makes a new authority and leaf in place of the old ones.
 * @throws SyncError `bridge.certificate`
 */
export async function renewCertificate(stateFolder: string, now = new Date()): Promise<Certificate> {
  const identity = stateFiles.identity(stateFolder);
  try {
    const made = await makeAuthorityAndLeaf(now);
    writePrivateFile(identity, made.key + made.leaf + made.authority);
    const certificate = { ...made, ...describe(stateFolder, made.leaf) };
    writeAuthority(certificate);
    return certificate;
  } catch (error) {
    throw new SyncError('bridge.certificate', identity, { cause: error });
  }
}

/**
 * The certificate that is there; undefined where it is absent, damaged, or no secret any more.
 * @throws SyncError `bridge.certificate` when the file cannot be read
 */
export function readCertificate(stateFolder: string): Certificate | undefined {
  const file = stateFiles.identity(stateFolder);
  let text: string;
  try {
    const found = readPrivateFile(file);
    if (found.state !== 'private') return undefined;
    text = found.text;
  } catch (error) {
    throw new SyncError('bridge.certificate', file, { cause: error });
  }
  const [key, leaf, authority] = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? [];
  if (key === undefined || leaf === undefined || authority === undefined) return undefined;
  const parsed = parse(key, leaf, authority);
  if (parsed === undefined) return undefined;
  const { certificate, issuer, secret } = parsed;
  const fits = certificate.checkPrivateKey(secret) && certificate.verify(issuer.publicKey);
  return fits ? { key, leaf, authority, ...describe(stateFolder, leaf) } : undefined;
}

/** Whole days until the certificate runs out; negative when it has. */
export function daysLeft({ notAfter }: Pick<Certificate, 'notAfter'>, now = new Date()): number {
  return Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);
}

function describe(stateFolder: string, leaf: string): Pick<Certificate, 'file' | 'notAfter'> {
  return {
    file: stateFiles.authority(stateFolder),
    notAfter: new Date(new X509Certificate(leaf).validTo),
  };
}

function writeAuthority({ file, authority }: Certificate): void {
  const found = readPrivateFile(file);
  if (found.state !== 'private' || found.text !== authority) writePrivateFile(file, authority);
}

/** Undefined for what is no certificate or no key: a damaged file is simply made anew. */
function parse(
  key: string,
  leaf: string,
  authority: string,
): { certificate: X509Certificate; issuer: X509Certificate; secret: KeyObject } | undefined {
  try {
    return {
      certificate: new X509Certificate(leaf),
      issuer: new X509Certificate(authority),
      secret: createPrivateKey(key),
    };
  } catch {
    return undefined;
  }
}
