/** The programs as npm runs them in a checkout: what they print is theirs alone, so that it can be piped on. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

it.each(['demo', 'bridge', 'device', 'mailbox', 'bench'])('npm run %s builds on standard error', (name) => {
  expect(scripts[name]).toMatch(/^npm run --silent build(:node)? 1>&2 && node \S+$/);
});
