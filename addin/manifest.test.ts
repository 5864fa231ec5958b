/** What the schemas of an add-in's manifest do not check (spec: Office add-in 1.8). */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PORT } from '../contract/api.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const file = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text.trim();
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root.children[0]!;
}

/** The element itself and all below, but not what lies within elements of the name `except`. */
function all(element: Element, except?: string): Element[] {
  const below = element.children.filter(({ name }) => name !== except);
  return [element, ...below.flatMap((child) => all(child, except))];
}

const manifest = parse(readFileSync(file('manifest.xml'), 'utf8'));
const everything = all(manifest);
const named = (name: string, among = everything): Element[] =>
  among.filter((element) => element.name === name);
const outer = named('VersionOverrides')[0]!;
const inner = named('VersionOverrides')[1]!;
const blocks = [
  ['1.0', outer.children.filter(({ name }) => name !== 'VersionOverrides').flatMap((child) => all(child))],
  ['1.1', all(inner)],
] as const;
const origin = `https://localhost:${DEFAULT_PORT}`;

describe('the manifest', () => {
  it.each(blocks)('resolves every resid within its own block: %s', (_version, elements) => {
    const resources = elements.filter(({ name }) => /^bt:(Image|Url|String)$/.test(name));
    const ids = resources.flatMap(({ attributes }) => attributes.id ?? []);
    const used = elements.flatMap(({ attributes }) => attributes.resid ?? []);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((resid) => !ids.includes(resid))).toEqual([]);
    expect(ids.filter((id) => !used.includes(id))).toEqual([]);
  });

  it.each(blocks)('keeps to the lengths of ids and texts: %s', (_version, elements) => {
    const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
    expect(ids.filter((id) => id.length > 32)).toEqual([]);
    const strings = (list: string): Element[] => named(list, elements).flatMap(({ children }) => children);
    for (const { attributes } of strings('bt:ShortStrings'))
      expect(attributes.DefaultValue?.length).toBeLessThanOrEqual(125);
    for (const { attributes } of strings('bt:LongStrings'))
      expect(attributes.DefaultValue?.length).toBeLessThanOrEqual(250);
  });

  it('has controls and groups of its own names only', () => {
    const ids = [...named('Control'), ...named('Group')].map(({ attributes }) => attributes.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names addresses of the bridge’s origin only', () => {
    const values = everything.flatMap(({ attributes, text }) => [attributes.DefaultValue ?? '', text]);
    const urls = values.filter((value) => /^\w+:\/\//.test(value));
    expect(urls.length).toBeGreaterThan(10);
    for (const url of urls) expect(new URL(url).origin).toBe(origin);
  });

  it('names icons that there are, in the right sizes', () => {
    const icons = new Map<string, number>();
    const size = (name: string, pixels: number): void => {
      icons.set(named(name)[0]!.attributes.DefaultValue!, pixels);
    };
    size('IconUrl', 64);
    size('HighResolutionIconUrl', 128);
    const addresses = new Map(
      named('bt:Image').flatMap(({ attributes }) =>
        attributes.id === undefined ? [] : [[attributes.id, attributes.DefaultValue!]],
      ),
    );
    for (const { attributes } of named('bt:Image'))
      if (attributes.resid !== undefined)
        icons.set(addresses.get(attributes.resid)!, Number(attributes.size));
    expect([...icons.values()].sort((a, b) => a - b)).toEqual([16, 32, 64, 80, 128]);
    for (const [url, pixels] of icons) {
      const { width, height } = decode(readFileSync(file(`addin${new URL(url).pathname}`)));
      expect([width, height]).toEqual([pixels, pixels]);
    }
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(file('package.json'), 'utf8')) as { version: string };
    expect(named('Version')[0]?.text).toBe(`${version}.0`);
  });

  it('keeps its id: another one would be another add-in', () => {
    expect(named('Id')[0]?.text).toBe('5f0c8a4e-3b7d-4a52-9d1e-6c2b90f7e3a8');
  });

  it('uses what came with 1.1 in the 1.1 block only', () => {
    const flags = ['SupportsPinning', 'SupportsNoItemContext'];
    expect(flags.flatMap((flag) => named(flag, blocks[0][1]))).toEqual([]);
    expect(flags.map((flag) => named(flag, blocks[1][1]).length)).toEqual([1, 1]);
  });

  it('points at pages that the build makes', () => {
    const folders = ['pane', 'commands'];
    for (const page of named('bt:Url').map(({ attributes }) => new URL(attributes.DefaultValue!).pathname))
      expect(folders.filter((folder) => existsSync(file(`addin/${folder}${page}`)))).toHaveLength(1);
  });
});
