/** What the schemas of a manifest do not notice, and would keep an add-in from loading (spec: Office add-in 1.8). Pure. */
import { parseManifest, withDescendants, type ManifestElement } from './parse.ts';
import { ADDIN_ID, SIGN_IN_DOMAIN } from './render.ts';

export interface Surroundings {
  /** Of the package: `0.1.0`. */
  readonly version: string;
  /** Width and height in pixels of a file of the pages, by its path such as `/assets/icon-16.png`; null: no such file. */
  readonly iconSize: (path: string) => readonly [number, number] | null;
  /** Whether there is a page of this path, such as `/taskpane.html`. */
  readonly hasPage: (path: string) => boolean;
  /** Names of functions that the commands page knows. */
  readonly functions: readonly string[];
}

const MAX_ID = 32;
const MAX_URL = 2048;
const maxChars = {
  'bt:ShortStrings': 125,
  'bt:LongStrings': 250,
  ProviderName: 125,
  DisplayName: 125,
  Description: 250,
};
/** Flags that make a client refuse the outer block. */
const onlyInner = [
  'SupportsPinning',
  'SupportsMultiSelect',
  'SupportsNoItemContext',
  'SupportsSharedFolders',
];
const iconSizesNeeded = [16, 32, 80];
const noItemSurface = 'MessageReadCommandSurface';

/** Sentences about what is wrong; none: all is well. */
export function checkManifest(xml: string, surroundings: Surroundings): readonly string[] {
  let manifest: ManifestElement;
  try {
    manifest = parseManifest(xml);
  } catch (error) {
    return [`It is not well-formed XML: ${error instanceof Error ? error.message : ''}`];
  }
  const outer = manifest.children.find(({ name }) => name === 'VersionOverrides');
  const inner = outer?.children.find(({ name }) => name === 'VersionOverrides');
  if (outer === undefined || inner === undefined) return ['It lacks the overrides of version 1.0 or 1.1.'];
  const blocks = [
    ['1.0', withDescendants(outer, 'VersionOverrides')],
    ['1.1', withDescendants(inner)],
  ] as const;
  return [
    ...checkIdentity(manifest, surroundings),
    ...checkIds(withDescendants(manifest)),
    ...blocks.flatMap(([version, elements]) => checkBlock(version, elements, surroundings)),
    ...blocks[0][1]
      .filter(({ name }) => onlyInner.includes(name))
      .map(({ name }) => `${name} stands in the 1.0 block, which does not know it.`),
    ...checkAddresses(withDescendants(manifest), surroundings),
  ];
}

function textOf(manifest: ManifestElement, name: string): string {
  const element = manifest.children.find((child) => child.name === name);
  return element?.text === '' ? (element.attributes.DefaultValue ?? '') : (element?.text ?? '');
}

function checkIdentity(manifest: ManifestElement, { version }: Surroundings): string[] {
  const problems: string[] = [];
  if (textOf(manifest, 'Id') !== ADDIN_ID) problems.push('Its id has changed: it would be another add-in.');
  if (textOf(manifest, 'Version') !== `${version}.0`)
    problems.push(`Its version is ${textOf(manifest, 'Version')}, not ${version}.0.`);
  for (const name of ['ProviderName', 'DisplayName', 'Description'] as const) {
    const { length } = textOf(manifest, name);
    if (length === 0 || length > maxChars[name])
      problems.push(`${name} has ${length} characters, not 1 to ${maxChars[name]}.`);
  }
  return problems;
}

function checkIds(elements: readonly ManifestElement[]): string[] {
  const ids = elements
    .filter(({ name }) => name === 'Control' || name === 'Group')
    .map(({ attributes }) => attributes.id ?? '');
  const all = elements.flatMap(({ attributes: { id, resid } }) =>
    [id, resid].filter((each) => each !== undefined),
  );
  return [
    ...repeated(ids).map((id) => `The id ${id} is used more than once.`),
    ...all
      .filter((id) => id.length === 0 || id.length > MAX_ID)
      .map((id) => `The id “${id}” is empty or too long.`),
  ];
}

const repeated = (ids: readonly string[]): string[] => [
  ...new Set(ids.filter((id, index) => ids.indexOf(id) !== index)),
];

/** The kind of resource that an element's resid must name. */
function resourceKind({ name }: ManifestElement, parent: ManifestElement): string {
  if (name === 'bt:Image') return 'bt:Images';
  if (name === 'FunctionFile' || name === 'SourceLocation') return 'bt:Urls';
  return name === 'Description' && parent.name === 'Supertip' ? 'bt:LongStrings' : 'bt:ShortStrings';
}

function checkBlock(
  version: string,
  elements: readonly ManifestElement[],
  { functions }: Surroundings,
): string[] {
  const problems: string[] = [];
  const say = (text: string): void => void problems.push(`${version}: ${text}`);
  const lists = elements.filter(({ name }) => /^bt:(Images|Urls|ShortStrings|LongStrings)$/.test(name));
  const idsOf = (list: string): string[] =>
    lists
      .filter(({ name }) => name === list)
      .flatMap(({ children }) => children.map(({ attributes }) => attributes.id ?? ''));
  for (const id of repeated(lists.flatMap(({ name }) => idsOf(name))))
    say(`The resource ${id} is there twice.`);
  const used = new Set<string>();
  for (const parent of elements) {
    for (const child of parent.children) {
      const { resid } = child.attributes;
      if (resid === undefined) continue;
      used.add(resid);
      const list = resourceKind(child, parent);
      if (!idsOf(list).includes(resid)) say(`${resid} of ${child.name} is none of ${list}.`);
    }
  }
  for (const { name, children } of lists) {
    for (const { attributes } of children) {
      const { id = '', DefaultValue = '' } = attributes;
      if (!used.has(id)) say(`The resource ${id} is not used.`);
      const limit = name === 'bt:ShortStrings' || name === 'bt:LongStrings' ? maxChars[name] : MAX_URL;
      if (DefaultValue.length === 0 || DefaultValue.length > limit)
        say(`The resource ${id} has ${DefaultValue.length} characters, not 1 to ${limit}.`);
    }
  }
  for (const { text } of elements.filter(({ name }) => name === 'FunctionName'))
    if (!functions.includes(text)) say(`The commands page has no function ${text}.`);
  for (const { children } of elements.filter(({ name }) => name === 'Icon')) {
    const sizes = children.map(({ attributes }) => Number(attributes.size));
    for (const size of iconSizesNeeded.filter((needed) => !sizes.includes(needed)))
      say(`A button has no icon of ${size} pixels.`);
  }
  for (const point of elements.filter(({ name }) => name === 'ExtensionPoint'))
    if (
      point.attributes['xsi:type'] !== noItemSurface &&
      withDescendants(point).some(({ name }) => name === 'SupportsNoItemContext')
    )
      say(`SupportsNoItemContext is known on ${noItemSurface} only.`);
  return problems;
}

/** Every address: HTTPS, of one origin, and something is there. */
function checkAddresses(elements: readonly ManifestElement[], surroundings: Surroundings): string[] {
  const problems: string[] = [];
  const domains = elements.filter(({ name }) => name === 'AppDomain').map(({ text }) => text);
  const values = elements.map(({ attributes }) => attributes.DefaultValue ?? '');
  const addresses = [...new Set(values)].filter((value) => /^[a-z]+:\/\//i.test(value));
  const [origin] = addresses
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address).origin);
  for (const address of [...addresses, ...domains]) {
    if (!URL.canParse(address) || new URL(address).protocol !== 'https:')
      problems.push(`${address} is no https address.`);
    else if (new URL(address).origin !== origin && address !== SIGN_IN_DOMAIN)
      problems.push(`${address} is not of ${origin ?? ''}.`);
  }
  for (const domain of domains)
    if (URL.canParse(domain) && new URL(domain).origin !== domain)
      problems.push(`The domain ${domain} has more than scheme, host and port.`);
  if (origin !== undefined && !domains.includes(origin))
    problems.push(`${origin} is none of the AppDomains.`);
  for (const address of addresses.filter((each) => URL.canParse(each))) {
    const { pathname } = new URL(address);
    if (!pathname.endsWith('.png') && !surroundings.hasPage(pathname))
      problems.push(`There is no page ${pathname}.`);
  }
  for (const [address, size] of iconsOf(elements)) {
    const { pathname } = URL.canParse(address) ? new URL(address) : { pathname: address };
    const found = surroundings.iconSize(pathname);
    if (found === null) problems.push(`There is no icon ${pathname}.`);
    else if (found[0] !== size || found[1] !== size)
      problems.push(`The icon ${pathname} is ${found[0]} × ${found[1]} pixels, not ${size}.`);
  }
  return problems;
}

/** Addresses of icons with the size that is promised for them, in pixels. */
function iconsOf(elements: readonly ManifestElement[]): readonly (readonly [string, number])[] {
  const icons: (readonly [string, number])[] = [];
  const named = (name: string): ManifestElement[] => elements.filter((element) => element.name === name);
  for (const { attributes } of named('IconUrl')) icons.push([attributes.DefaultValue ?? '', 64]);
  for (const { attributes } of named('HighResolutionIconUrl'))
    icons.push([attributes.DefaultValue ?? '', 128]);
  const addresses = new Map(
    named('bt:Image').flatMap(({ attributes: { id, DefaultValue } }) =>
      id === undefined || DefaultValue === undefined ? [] : [[id, DefaultValue] as const],
    ),
  );
  for (const { attributes } of named('bt:Image')) {
    const address = addresses.get(attributes.resid ?? '');
    if (address !== undefined) icons.push([address, Number(attributes.size)]);
  }
  return icons;
}
