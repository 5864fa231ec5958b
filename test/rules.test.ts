// Every rule of docs/rules.md is cited by a test, and every rule that is cited exists.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decisionTableText } from '../scripts/decision-table.ts';

const FOLDERS = ['addin', 'bridge', 'contract', 'datasets', 'demo', 'device', 'qdsync', 'scripts', 'test'];
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

function citedRules(): ReadonlySet<string> {
  const tests = FOLDERS.flatMap((folder) =>
    readdirSync(new URL(`../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(test|deep|faults)\.ts$/.test(name))
      .map((name) => read(`${folder}/${name}`)),
  );
  // In the name of a test, as '[SYNC-7] …', or as '… G3 …' for the guarantees.
  return new Set(
    tests.flatMap((source) => [
      ...[...source.matchAll(/\[([A-Z]+-?\d+)\]/g)].map(([, rule = '']) => rule),
      ...[...source.matchAll(/(?:it|test|describe)(?:\.each)?\(\s*['"`][^'"`\n]*\b(G[1-7])\b/g)].map(
        ([, rule = '']) => rule,
      ),
      ...(/\bG1 to G5\b/.test(source) ? ['G1', 'G2', 'G3', 'G4', 'G5'] : []),
    ]),
  );
}

test('every rule is cited by a test, and every citation exists', () => {
  const rules = [...read('docs/rules.md').matchAll(/^- \*\*([A-Z]+-?\d+)\*\*/gm)].map(
    ([, rule = '']) => rule,
  );
  expect(rules.length).toBe(new Set(rules).size);
  const cited = citedRules();
  expect(rules.filter((rule) => !cited.has(rule))).toEqual([]);
  expect([...cited].filter((rule) => !rules.includes(rule))).toEqual([]);
});

test('docs/decision-table.md is what the table says: npm run decision-table writes it', () => {
  expect(read('docs/decision-table.md')).toBe(decisionTableText());
});
