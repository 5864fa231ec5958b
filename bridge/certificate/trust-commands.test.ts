/** The commands of each system, as they are documented there. */
import { expect, test } from 'vitest';
import { trustStores, type Authority } from './trust-commands.ts';

const authority: Authority = {
  file: '/state/authority.pem',
  sha1: 'AB'.repeat(20),
  nickname: 'outlook-device-sync ABABABABABABABAB',
};
const lines = (platform: NodeJS.Platform, nssFolders: readonly string[] = []): readonly string[] =>
  trustStores({ platform, home: '/home/ada', nssFolders }).flatMap((store) =>
    [
      store.prepare?.check,
      store.prepare?.make,
      store.install(authority),
      store.check(authority),
      ...store.remove(authority),
    ].flatMap((command) => (command === undefined ? [] : [[command.program, ...command.args].join(' ')])),
  );

test('Windows: the current user’s own root store, by the thumbprint', () => {
  expect(lines('win32')).toEqual([
    'certutil.exe -user -addstore Root /state/authority.pem',
    `certutil.exe -user -verifystore Root ${authority.sha1}`,
    `certutil.exe -user -delstore Root ${authority.sha1}`,
  ]);
});

test('macOS: the login keychain, for TLS only', () => {
  const keychain = '/home/ada/Library/Keychains/login.keychain-db';
  expect(lines('darwin')).toEqual([
    `/usr/bin/security add-trusted-cert -r trustRoot -p ssl -k ${keychain} /state/authority.pem`,
    `/usr/bin/security verify-cert -L -l -p ssl -k ${keychain} -c /state/authority.pem`,
    '/usr/bin/security remove-trusted-cert /state/authority.pem',
    `/usr/bin/security delete-certificate -Z ${authority.sha1} ${keychain}`,
  ]);
});

test('Linux: every browser database, as an authority for servers and nothing else', () => {
  expect(lines('linux', ['/home/ada/.pki/nssdb', '/home/ada/.mozilla/firefox/x'])).toEqual(
    ['/home/ada/.pki/nssdb', '/home/ada/.mozilla/firefox/x'].flatMap((folder) => [
      `certutil -d sql:${folder} -L`,
      `certutil -d sql:${folder} -N --empty-password`,
      `certutil -d sql:${folder} -A -t C,, -n ${authority.nickname} -i /state/authority.pem`,
      `certutil -d sql:${folder} -L -n ${authority.nickname}`,
      `certutil -d sql:${folder} -D -n ${authority.nickname}`,
    ]),
  );
});
