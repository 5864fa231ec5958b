/**
 * Tries what `npm pack` makes as its user does: installed away from this checkout without development dependencies, started,
 * asked for its page, stopped. Prints sizes and the time until it is ready. Needs `npm run build` before.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const folder = mkdtempSync(join(tmpdir(), 'try-package-'));
const state = join(folder, 'state');
const npm = (/** @type {string[]} */ ...args) => execFileSync('npm', args, { encoding: 'utf8' }).trim();
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

try {
  const tarball = join(folder, npm('pack', '--silent', '--pack-destination', folder));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  npm('install', '--prefix', folder, '--omit=dev', '--silent', '--no-audit', '--no-fund', tarball);
  const installed = readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, 'node_modules', name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  console.log(`package ${megabytes(statSync(tarball).size)}, installed ${megabytes(installed)}`);

  const main = join(folder, 'node_modules', 'outlook-device-sync', 'dist', 'bridge', 'cli', 'main.js');
  const startedAt = performance.now();
  const bridge = spawn(process.execPath, [main, 'start', '--port', '0', '--state', state, '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = String(await new Promise((resolve) => bridge.stdout.once('data', resolve)));
  console.log(`ready after ${Math.round(performance.now() - startedAt)} ms`);
  const ended = once(bridge, 'exit');
  const url = /https:[^"]+/.exec(line)?.[0] ?? '';
  let status = 0;
  const page = request(
    `${url}/taskpane.html`,
    { ca: readFileSync(join(state, 'authority.pem')) },
    (answer) => {
      status = answer.statusCode ?? 0;
      answer.resume();
    },
  );
  page.end();
  await once(page, 'close');
  bridge.kill('SIGTERM');
  await ended;
  if (status !== 200 || bridge.exitCode !== 0)
    throw new Error(`page: HTTP ${status}, end: exit code ${bridge.exitCode ?? 'none'}`);
  console.log('the page is served, and the bridge ends as it should');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
