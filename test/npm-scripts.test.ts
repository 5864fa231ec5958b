/** The programs as npm runs them in a checkout: what they print is theirs alone, so that it can be piped on. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const { scripts } = JSON.parse(text) as {
  readonly scripts: Readonly<Record<string, string>>;
};

it('the debugging of Outlook is called at a pinned version, and is nothing to be installed', () => {
  for (const verb of ['start', 'stop'])
    expect(scripts[`${verb}:outlook`]).toMatch(
      new RegExp(`^npx --yes office-addin-debugging@\\d+\\.\\d+\\.\\d+ ${verb} manifest\\.xml`),
    );
  expect(text).not.toContain('"office-addin-debugging":');
});

it.each(['demo', 'bridge', 'device', 'mailbox', 'bench'])('npm run %s builds on standard error', (name) => {
  expect(scripts[name]).toMatch(/^npm run --silent build(:node)? 1>&2 && node \S+$/);
});
