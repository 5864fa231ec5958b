/** Prints at the end of a run how many faults of each kind were tried, and how many were survived. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Count } from './series.ts';

/** Vitest calls it before the run, and what it returns behind it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'faults-tally-'));
  const file = join(folder, 'counts.jsonl');
  writeFileSync(file, '');
  process.env.FAULTS_TALLY = file;
  return () => {
    const counts = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => JSON.parse(line) as [string, Count][]);
    rmSync(folder, { recursive: true });
    process.stdout.write(tableOf(counts));
  };
}

function tableOf(counts: readonly (readonly [string, Count])[]): string {
  const kinds = new Map<string, Count>();
  for (const [kind, count] of counts) {
    const sum = kinds.get(kind) ?? { struck: 0, notReached: 0, failed: 0 };
    kinds.set(kind, {
      struck: sum.struck + count.struck,
      notReached: sum.notReached + count.notReached,
      failed: sum.failed + count.failed,
    });
  }
  const total = [...kinds.values()].reduce((sum, { struck, failed }) => sum + struck + failed, 0);
  const survived = [...kinds.values()].reduce((sum, { struck }) => sum + struck, 0);
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { struck, failed }]) => {
      const wrong = failed === 0 ? '' : `, ${failed} not survived`;
      return `${String(struck + failed).padStart(7)}  ${kind}${wrong}`;
    });
  return (
    ['', 'Faults tried:', ...rows, `${String(total).padStart(7)}  in all, ${survived} survived`, ''].join(
      '\n',
    ) + '\n'
  );
}
