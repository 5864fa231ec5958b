/** The add-in's pages as they are built: how much script stands before the first paint, and none of it inline. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { builtPages } from '../support/page-bench.ts';

const FIRST_PAINT_BYTES = 300_000;

const folder = builtPages();
const textOf = (path: string): string => readFileSync(join(folder, path), 'utf8');
const names = readdirSync(folder).filter((name) => name.endsWith('.html'));
/** Scripts of Microsoft's that come on top where Outlook shows the page are loaded after the first paint. */
const entries = (html: string): readonly string[] =>
  [...html.matchAll(/<script\b[^>]*\bsrc="\.\/([^"]+)"/g)].map(([, path = '']) => path);
const imported = (script: string): readonly string[] =>
  [...script.matchAll(/(?:^|[;}\s])(?:import|export)\b[^;"'()]*["']\.\/([^"']+\.js)["']/g)].map(
    ([, name = '']) => `assets/${name}`,
  );

/** Every script that has to be there before the page runs. */
function before(html: string): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const next of imported(textOf(path))) follow(next);
  };
  for (const path of entries(html)) follow(path);
  return found;
}

describe.each(names)('%s', (name) => {
  const html = textOf(name);

  it('has less than 300 kB of compressed script before its first paint', () => {
    const scripts = before(html);
    // What the page tells the browser to fetch ahead is what the scripts import: nothing is left out here.
    const ahead = [...html.matchAll(/rel="modulepreload"[^>]*href="\.\/([^"]+)"/g)].map(([, path]) => path);
    expect([...scripts]).toEqual(expect.arrayContaining(ahead));
    const bytes = [...scripts].reduce((sum, path) => sum + gzipSync(textOf(path)).length, 0);
    expect(bytes).toBeLessThan(FIRST_PAINT_BYTES);
  });

  it('has no inline script, no handler in an attribute and no style of its own: the policy refuses them', () => {
    expect(html.match(/<script\b(?![^>]*\bsrc=)/g)).toBeNull();
    expect(html.match(/\son\w+=/g)).toBeNull();
    expect(html.match(/<style\b|\sstyle=|javascript:/g)).toBeNull();
  });
});

it('the pane counts what it loads', () => {
  expect(before(textOf('taskpane.html')).size).toBeGreaterThan(5);
});
