// Every code of the error catalogue is used. That every code used is in the catalogue is a matter of types.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../contract/errors.ts';

const FOLDERS = ['addin', 'bridge', 'contract', 'datasets', 'device', 'qdsync'];

test('no code is listed that nobody gives', () => {
  const sources = FOLDERS.flatMap((folder) => {
    const url = new URL(`../${folder}/`, import.meta.url);
    return readdirSync(url, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.tsx?$/.test(name) && !name.startsWith('error-catalogue'))
      .map((name) => readFileSync(new URL(name, url), 'utf8'));
  });
  const unused = Object.keys(errorCatalogue).filter((code) =>
    sources.every((text) => !text.includes(`'${code}'`)),
  );
  expect(unused).toEqual([]);
});
