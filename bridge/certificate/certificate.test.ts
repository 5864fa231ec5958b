/** The user's own authority and its one certificate, as OpenSSL sees them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { daysLeft, ensureCertificate, readCertificate, renewCertificate } from './certificate.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const now = new Date();
const after = (days: number): Date => new Date(now.getTime() + days * DAY_MS);

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8' });

test('the leaf is for localhost and both loopback addresses, for at most 397 days, no authority', async () => {
  const { leaf } = await ensureCertificate(folder);
  const certificate = new X509Certificate(leaf);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('::1')).toBeDefined();
  expect(certificate.checkHost('evil.example')).toBeUndefined();
  expect(certificate.ca).toBe(false);
  const lifetime = Date.parse(certificate.validTo) - Date.parse(certificate.validFrom);
  expect(lifetime).toBeLessThanOrEqual(397 * DAY_MS);
});

describe('the authority', () => {
  test('verifies the leaf, for each of its names, by OpenSSL', async () => {
    const { leaf, file } = await ensureCertificate(folder);
    const leafFile = join(folder, 'leaf.pem');
    writeFileSync(leafFile, leaf);
    for (const name of [
      ['-verify_hostname', 'localhost'],
      ['-verify_ip', '127.0.0.1'],
      ['-verify_ip', '::1'],
    ]) {
      const args = ['-x509_strict', '-purpose', 'sslserver', ...name, '-CAfile', file, leafFile];
      expect(openssl('verify', ...args)).toContain('OK');
    }
  });

  test('is constrained, critically, to this PC’s own names, and may sign no other authority', async () => {
    const { file } = await ensureCertificate(folder);
    const text = openssl('x509', '-in', file, '-noout', '-text');
    expect(text).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+IP:127.0.0.1\/255.255.255.255\s+IP:0:0:0:0:0:0:0:1\/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF/,
    );
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign\s/);
  });

  test('of this shape is not believed for another name, whoever has its key', () => {
    // The key is gone, so an authority with the same constraints and a kept key stands in for a stolen one.
    const at = (name: string): string => join(folder, name);
    const constraints =
      'nameConstraints=critical,permitted;DNS:localhost,permitted;IP:127.0.0.1/255.255.255.255,permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', [
      'req', '-x509', ...key, '-subj', '/CN=test', '-keyout', at('ca.key'), '-out', at('ca.pem'),
      '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', constraints,
    ], { stdio: 'ignore' }); // prettier-ignore
    const verdict = (name: string): string => {
      execFileSync('openssl', [
        'req', '-x509', ...key, '-subj', '/CN=x', '-keyout', at('x.key'), '-out', at('x.pem'),
        '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-addext', `subjectAltName=${name}`,
      ], { stdio: 'ignore' }); // prettier-ignore
      const { stdout, stderr } = spawnSync('openssl', ['verify', '-CAfile', at('ca.pem'), at('x.pem')], {
        encoding: 'utf8',
      });
      return stdout + stderr;
    };
    expect(verdict('DNS:localhost')).toContain('OK');
    expect(verdict('DNS:outlook.office.com')).toContain('permitted subtree violation');
    expect(verdict('IP:127.0.0.2')).toContain('permitted subtree violation');
  });

  test('has left its key nowhere: the only key on the disk is the leaf’s', async () => {
    const { key, leaf, authority } = await ensureCertificate(folder);
    const keys = readdirSync(folder).flatMap((file) =>
      (readFileSync(join(folder, file), 'utf8').match(/-----BEGIN [A-Z ]*PRIVATE KEY-----/g) ?? []).map(
        () => file,
      ),
    );
    expect(keys).toEqual(['identity.pem']);
    expect(new X509Certificate(leaf).publicKey.equals(new X509Certificate(authority).publicKey)).toBe(false);
    expect(readFileSync(join(folder, 'identity.pem'), 'utf8')).toBe(key + leaf + authority);
    expect(statSync(join(folder, 'identity.pem')).mode & 0o777).toBe(0o600);
  });
});

describe('renewal', () => {
  test('what nobody was asked to trust is renewed in silence before it runs out', async () => {
    const first = await ensureCertificate(folder, { now });
    expect((await ensureCertificate(folder, { now: after(330) })).leaf).toBe(first.leaf);
    const renewed = await ensureCertificate(folder, { now: after(340) });
    expect(renewed.authority).not.toBe(first.authority);
  });

  test('what a person trusts stays until it has run out, for its successor has to be asked about', async () => {
    const first = await ensureCertificate(folder, { now });
    expect((await ensureCertificate(folder, { now: after(396), trusted: true })).leaf).toBe(first.leaf);
    expect((await ensureCertificate(folder, { now: after(397), trusted: true })).leaf).not.toBe(first.leaf);
  });

  test('makes authority and leaf anew', async () => {
    const first = await ensureCertificate(folder);
    const second = await renewCertificate(folder);
    expect(second.authority).not.toBe(first.authority);
    expect(readCertificate(folder)).toEqual(second);
    expect(readFileSync(second.file, 'utf8')).toBe(second.authority);
    expect(daysLeft(second)).toBe(396);
  });
});

test.each([
  ['its key is another', async () => mixWithAnother()],
  ['its key could be read by others', async () => chmodSync(join(folder, 'identity.pem'), 0o644)],
  ['it is damaged', async () => writeFileSync(join(folder, 'identity.pem'), 'no certificate')],
])('the certificate is made anew when %s', async (_, spoil) => {
  const first = await ensureCertificate(folder);
  await spoil();
  expect((await ensureCertificate(folder)).leaf).not.toBe(first.leaf);
  expect(statSync(join(folder, 'identity.pem')).mode & 0o777).toBe(0o600);
});

async function mixWithAnother(): Promise<void> {
  const { leaf, authority } = await ensureCertificate(folder);
  const { key } = await renewCertificate(folder);
  writeFileSync(join(folder, 'identity.pem'), key + leaf + authority);
}

test('the copy of the authority is put right when it is not the one in use', async () => {
  const { file, authority } = await ensureCertificate(folder);
  writeFileSync(file, 'something else');
  await ensureCertificate(folder);
  expect(readFileSync(file, 'utf8')).toBe(authority);
});

test('a certificate that cannot be kept is a named error', async () => {
  await expect(ensureCertificate(join(folder, 'missing'))).rejects.toMatchObject({
    code: 'bridge.certificate',
  });
});
