/**
 * How each system is told that this user trusts an authority: commands as data, so that they can be shown before they
 * run and tested where they cannot. All of them change the user's own settings alone and need no administrator.
 */
import { X509Certificate } from 'node:crypto';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The authority that a command is about. */
export interface Authority {
  /** PEM file. */
  readonly file: string;
  /** SHA-1 over DER, forty hex digits in upper case: how Windows and macOS name a certificate. */
  readonly sha1: string;
  /** Name within an NSS database; no two authorities share it. */
  readonly nickname: string;
}

/** One store of trusted certificates of this user. */
export interface TrustStore {
  /** For people. */
  readonly name: string;
  /** To be run first where `check` of the store itself fails: makes the store. */
  readonly prepare?: { readonly check: Command; readonly make: Command };
  install(authority: Authority): Command;
  remove(authority: Authority): readonly Command[];
  /** Ends with exit code 0 where the authority is trusted. */
  check(authority: Authority): Command;
}

export interface TrustSurroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Folders of NSS databases; only asked on Linux. The first is Chromium's, which may not be there yet. */
  readonly nssFolders: readonly string[];
}

export function authorityOf(pem: string, file: string): Authority {
  const sha1 = new X509Certificate(pem).fingerprint.replaceAll(':', '');
  return { file, sha1, nickname: `outlook-device-sync ${sha1.slice(0, 16)}` };
}

export function trustStores({ platform, home, nssFolders }: TrustSurroundings): readonly TrustStore[] {
  switch (platform) {
    case 'win32':
      return [windowsStore];
    case 'darwin':
      return [keychain(`${home}/Library/Keychains/login.keychain-db`)];
    default:
      return nssFolders.map(nssStore);
  }
}

/** Windows itself asks the person once more, in a window of its own. */
const windowsStore: TrustStore = {
  name: 'the certificates of the current Windows user',
  install: ({ file }) => certutil('-addstore', 'Root', file),
  remove: ({ sha1 }) => [certutil('-delstore', 'Root', sha1)],
  check: ({ sha1 }) => certutil('-verifystore', 'Root', sha1),
};

function certutil(...args: readonly string[]): Command {
  return { program: 'certutil.exe', args: ['-user', ...args] };
}

/** macOS itself asks for the person's password. */
function keychain(path: string): TrustStore {
  const security = (...args: readonly string[]): Command => ({ program: '/usr/bin/security', args });
  return {
    name: 'the login keychain',
    install: ({ file }) => security('add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', '-k', path, file),
    remove: ({ file, sha1 }) => [
      security('remove-trusted-cert', file),
      security('delete-certificate', '-Z', sha1, path),
    ],
    check: ({ file }) => security('verify-cert', '-L', '-l', '-p', 'ssl', '-k', path, '-c', file),
  };
}

/** Chromium's and Firefox's database of certificates; `certutil` is part of the NSS tools. */
function nssStore(folder: string): TrustStore {
  const database = `sql:${folder}`;
  const nss = (...args: readonly string[]): Command => ({
    program: 'certutil',
    args: ['-d', database, ...args],
  });
  return {
    name: `the browser’s certificates in ${folder}`,
    prepare: { check: nss('-L'), make: nss('-N', '--empty-password') },
    // C: an authority for servers, and for nothing else.
    install: ({ file, nickname }) => nss('-A', '-t', 'C,,', '-n', nickname, '-i', file),
    remove: ({ nickname }) => [nss('-D', '-n', nickname)],
    check: ({ nickname }) => nss('-L', '-n', nickname),
  };
}
