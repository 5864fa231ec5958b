/**
 * Sees to the system's programs that the tests need: socat for pseudo-terminal pairs, Chromium for the pages, certutil
 * for the certificates that it trusts.
 * Installs them where it may (Debian or Ubuntu, as root); otherwise says exactly what to install.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const tools = [
  { command: 'socat', debian: 'socat', brew: 'socat' },
  { command: 'certutil', debian: 'libnss3-tools', brew: 'nss' },
  {
    command: 'chromium',
    debian: 'chromium',
    brew: 'chromium',
    others: ['chromium-browser', 'google-chrome'],
  },
];

/** @param {string} command */
const found = (command) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, command)));
const missing = tools.filter(({ command, others = [] }) => ![command, ...others].some(found));

if (missing.length > 0) {
  const debian = missing.map((tool) => tool.debian).join(' ');
  const mayInstall = found('apt-get') && process.getuid?.() === 0;
  if (!mayInstall) {
    console.error(`The tests need ${missing.map(({ command }) => command).join(' and ')}. Install with:`);
    console.error(`  Debian, Ubuntu: sudo apt-get install -y ${debian}`);
    console.error(`  macOS:          brew install ${missing.map((tool) => tool.brew).join(' ')}`);
    process.exit(1);
  }
  console.log(`Installing what the tests need: ${debian}`);
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...debian.split(' ')],
  ]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) process.exit(status ?? 1);
  }
}
