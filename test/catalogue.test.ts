// Every row of the test catalogue (spec: datasets 11) is a test whose name carries its number.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROWS = 112;
const FOLDERS = ['addin', 'bridge', 'contract', 'datasets', 'demo', 'device', 'qdsync', 'test'];

/**
 * The numbers that begin or end the name of a test or of a row of a table of tests, as `'#62 #63 a series …'` or
 * `'… (#62, #63)'`. A number within a text is none.
 */
function cited(source: string): number[] {
  const texts = source.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return texts.flatMap((text) => {
    const [numbers = ''] = /^.(?:#\d{1,3} )+|\((?:#\d{1,3}(?:, )?)+\).$/.exec(text) ?? [];
    return [...numbers.matchAll(/#(\d+)/g)].map(([, row]) => Number(row));
  });
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
