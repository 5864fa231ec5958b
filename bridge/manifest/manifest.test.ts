/** The committed manifest, the forms of it for administrators, and every check by a manifest that fails it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PORT } from '../../contract/api.ts';
import { ADDIN_ICON_SIZES, BUTTON_ICON_SIZES, SYNC_FUNCTION } from '../../contract/ribbon.ts';
import { checkManifest, type Surroundings } from './check.ts';
import { pngSize } from './png-size.ts';
import { renderManifest } from './render.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { version } = JSON.parse(readFileSync(file('package.json'), 'utf8')) as { version: string };

/** The sources: pages stand in folders of their own there. */
const surroundings: Surroundings = {
  version,
  functions: [SYNC_FUNCTION],
  hasPage: (path) => ['pane', 'commands'].some((folder) => existsSync(file(`addin/${folder}${path}`))),
  iconSize: (path) => (existsSync(file(`addin${path}`)) ? pngSize(readFileSync(file(`addin${path}`))) : null),
};
const values = { version, origin: `https://localhost:${DEFAULT_PORT}`, bridgePort: null };
const manifest = renderManifest(values);
const check = (xml: string, change: Partial<Surroundings> = {}): readonly string[] =>
  checkManifest(xml, { ...surroundings, ...change });

describe('the manifest', () => {
  it('is the template’s, as it is committed: npm run manifest makes it', () => {
    expect(readFileSync(file('manifest.xml'), 'utf8')).toBe(manifest);
  });

  it.each([
    ['pages of the bridge', values],
    ['pages of the organisation', { version, origin: 'https://apps.contoso.example', bridgePort: 24245 }],
    [
      'a name of the organisation for this PC',
      { version, origin: 'https://sync.contoso.example:24245', bridgePort: null },
    ],
  ])('passes its checks: %s', (_form, form) => {
    expect(check(renderManifest(form))).toEqual([]);
  });

  it('tells pages that come from elsewhere where the bridge is', () => {
    const xml = renderManifest({ version, origin: 'https://apps.contoso.example', bridgePort: 24245 });
    expect(xml).toContain('"https://apps.contoso.example/commands.html?bridge=24245"');
    expect(xml).not.toContain('localhost');
  });

  it('has both buttons on every surface of messages and appointments, in both versions', () => {
    const surfaces = ['MessageRead', 'MessageCompose', 'AppointmentOrganizer', 'AppointmentAttendee'];
    for (const surface of surfaces)
      expect(manifest.split(`<ExtensionPoint xsi:type="${surface}CommandSurface">`)).toHaveLength(3);
    expect(manifest.split(`<FunctionName>${SYNC_FUNCTION}</FunctionName>`)).toHaveLength(9);
    expect(manifest.split('xsi:type="ShowTaskpane"')).toHaveLength(9);
  });

  it('pins the pane of messages, and opens it with nothing selected where the client can', () => {
    const flagsOf = (surface: string): readonly string[] => {
      const inner = manifest.slice(manifest.indexOf('xsi:type="VersionOverridesV1_1"'));
      const point =
        inner.slice(inner.indexOf(`"${surface}CommandSurface"`)).split('</ExtensionPoint>')[0] ?? '';
      return [...point.matchAll(/<(Supports\w+)>true</g)].map(([, flag = '']) => flag);
    };
    expect(flagsOf('MessageRead')).toEqual(['SupportsPinning', 'SupportsNoItemContext']);
    expect(flagsOf('MessageCompose')).toEqual(['SupportsPinning']);
    // Appointments know no pins.
    expect(flagsOf('AppointmentOrganizer')).toEqual([]);
    expect(flagsOf('AppointmentAttendee')).toEqual([]);
  });

  it('names functions that the commands page associates', () => {
    const page = readFileSync(file('addin/commands/commands.ts'), 'utf8');
    expect(page).toContain('office.associate(SYNC_FUNCTION,');
  });

  it('has an icon of every size that Outlook asks for', () => {
    for (const size of new Set([...BUTTON_ICON_SIZES, ...ADDIN_ICON_SIZES]))
      expect(surroundings.iconSize(`/assets/icon-${size}.png`)).toEqual([size, size]);
  });
});

describe('the checks notice', () => {
  const first = (from: string | RegExp, to: string): string => {
    const changed = manifest.replace(from, to);
    expect(changed).not.toBe(manifest);
    return changed;
  };
  const last = (from: string, to: string): string => {
    const at = manifest.lastIndexOf(from);
    expect(at).toBeGreaterThan(0);
    return manifest.slice(0, at) + to + manifest.slice(at + from.length);
  };

  it.each([
    ['text that is no XML', () => manifest.replace('</OfficeApp>', ''), 'not well-formed'],
    ['an id that changed', () => first('5f0c8a4e', '6f0c8a4e'), 'another add-in'],
    ['another version', () => first(`${version}.0`, '9.9.9.0'), 'version is 9.9.9.0'],
    [
      'a resid without a resource',
      () => first('resid="Open.Tip"', 'resid="Gone.Tip"'),
      'Gone.Tip of Description',
    ],
    [
      'a resource of the other block only',
      () => last('<bt:String id="Open.Tip"', '<bt:String id="Open.Tap"'),
      '1.1: Open.Tip of Description is none of bt:LongStrings',
    ],
    ['a resid of another kind', () => first('resid="Pane.Url"', 'resid="Open.Label"'), 'none of bt:Urls'],
    [
      'a resource that nobody uses',
      () => first('<bt:String id="Sync.Tip"', '<bt:String id="Spare.Tip"'),
      'Spare.Tip is not used',
    ],
    [
      'an id used twice',
      () => first('"composeMessageSync"', '"readMessageSync"'),
      'readMessageSync is used more than once',
    ],
    ['an id that is too long', () => first('"readMessageSync"', `"${'x'.repeat(33)}"`), 'empty or too long'],
    [
      'a label that is too long',
      () => first('DefaultValue="Sync"', `DefaultValue="${'x'.repeat(126)}"`),
      'has 126 characters, not 1 to 125',
    ],
    [
      'a description that is too long',
      () => first(/DefaultValue="Shows[^"]*"/, `DefaultValue="${'x'.repeat(251)}"`),
      'has 251 characters, not 1 to 250',
    ],
    [
      'a flag of 1.1 in the 1.0 block',
      () =>
        first(
          '<SourceLocation resid="Pane.Url"/>',
          '<SourceLocation resid="Pane.Url"/><SupportsPinning>true</SupportsPinning>',
        ),
      'SupportsPinning stands in the 1.0 block',
    ],
    [
      'no-item context elsewhere',
      () =>
        last(
          '<SourceLocation resid="Pane.Url"/>',
          '<SourceLocation resid="Pane.Url"/><SupportsNoItemContext>true</SupportsNoItemContext>',
        ),
      'on MessageReadCommandSurface only',
    ],
    [
      'an address without TLS',
      () =>
        first('"https://localhost:24245/assets/icon-64.png"', '"http://localhost:24245/assets/icon-64.png"'),
      'no https address',
    ],
    [
      'an address of another origin',
      () => first('https://localhost:24245/commands.html', 'https://other.example/commands.html'),
      'is not of https://localhost:24245',
    ],
    [
      'a domain with a path',
      () => first('24245</AppDomain>', '24245/</AppDomain>'),
      'more than scheme, host and port',
    ],
    [
      'an origin that is no domain of it',
      () => first('<AppDomain>https://localhost:24245</AppDomain>', ''),
      'none of the AppDomains',
    ],
    [
      'a page that is not there',
      () => first('24245/commands.html', '24245/nothing.html'),
      'no page /nothing.html',
    ],
    ['a function that is not there', () => first('>syncNow<', '>syncLater<'), 'no function syncLater'],
    [
      'a button without a needed icon',
      () => first('<bt:Image size="80" resid="Icon.80"/>', ''),
      'no icon of 80 pixels',
    ],
    [
      'an icon that is not there',
      () => first('assets/icon-128.png', 'assets/icon-129.png'),
      'no icon /assets/icon-129.png',
    ],
    [
      'an icon of another size',
      () => first('assets/icon-128.png', 'assets/icon-32.png'),
      'is 32 × 32 pixels',
    ],
    [
      'overrides that are missing',
      () => first(/ {4}<VersionOverrides[^]*?<\/VersionOverrides>/, ''),
      'lacks the overrides',
    ],
  ])('%s', (_what, change, sentence) => {
    expect(check(change()).join('\n')).toContain(sentence);
  });
});
