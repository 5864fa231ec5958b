/** vdirsyncer, file to file, on the same records: the measure for our first sync. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Seconds of a first sync of the files that `write` puts into a folder; undefined where vdirsyncer is not installed.
 * @param extension of the files, with its dot
 */
export function timeVdirsyncer(
  folder: string,
  extension: '.vcf' | '.ics',
  write: (folder: string) => void,
): number | undefined {
  if (spawnSync('vdirsyncer', ['--version']).error !== undefined) return undefined;
  const [left, right] = [join(folder, 'left'), join(folder, 'right')];
  mkdirSync(folder, { recursive: true });
  write(left);
  mkdirSync(right, { recursive: true });
  const config = join(folder, 'vdirsyncer.conf');
  const storage = (name: string, path: string): string =>
    `[storage ${name}]\ntype = "filesystem"\npath = "${path}"\nfileext = "${extension}"\n`;
  writeFileSync(
    config,
    `[general]\nstatus_path = "${join(folder, 'status')}"\n[pair bench]\na = "left"\nb = "right"\ncollections = null\n` +
      storage('left', left) +
      storage('right', right),
  );
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync('vdirsyncer', ['-c', config, ...args], {
      encoding: 'utf8',
      input: 'y\n'.repeat(4),
    });
    if (status !== 0) throw new Error(`vdirsyncer ${args.join(' ')} failed: ${stderr.slice(-500)}`);
  };
  run('discover');
  const start = performance.now();
  run('sync');
  return (performance.now() - start) / 1000;
}
