// Every row of the test catalogue (spec: datasets 11) is a test whose name carries its number.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROWS = 112;
const FOLDERS = ['addin', 'bridge', 'contract', 'datasets', 'demo', 'device', 'qdsync', 'test'];

/** Numbers after `#` in the texts of a source, as names of tests have them; `&#10;` is none. */
function cited(source: string): number[] {
  const texts = source.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return texts.flatMap((text) =>
    [...text.matchAll(/(?<![&\w])#(\d{1,3})(?=[\s,)'"`])/g)].map(([, row]) => Number(row)),
  );
}

test('no row of the catalogue is without a test', () => {
  const files = FOLDERS.flatMap((folder) => {
    const url = new URL(`../${folder}/`, import.meta.url);
    const names = readdirSync(url, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.endsWith('.test.ts')).map((name) => new URL(name, url));
  });
  const rows = new Set(files.flatMap((file) => cited(readFileSync(file, 'utf8'))));
  const all = Array.from({ length: ROWS }, (_, index) => index + 1);
  expect(all.filter((row) => !rows.has(row))).toEqual([]);
});
