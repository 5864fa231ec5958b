// The table of zones is what the Unicode CLDR says. Made anew, after an update of its packages, by `npx vitest run datasets/calendar/zones --update`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';

const { resolve } = createRequire(import.meta.url);
const json = (name: string): unknown => JSON.parse(readFileSync(resolve(name), 'utf8'));

interface WindowsZones {
  readonly supplemental: {
    readonly version: { readonly _cldrVersion: string };
    readonly windowsZones: {
      readonly mapTimezones: readonly {
        readonly mapZone: { readonly _other: string; readonly _type: string; readonly _territory: string };
      }[];
    };
  };
}

interface Aliases {
  readonly keyword: {
    readonly u: { readonly tz: Readonly<Record<string, string | { readonly _alias?: string }>> };
  };
}

test('the table of zones is that of the CLDR packages', async () => {
  const { supplemental } = json('cldr-core/supplemental/windowsZones.json') as WindowsZones;
  const windows = new Map<string, Set<string>>();
  // The territory 001, the world, names the zone that stands for all of them.
  const entries = supplemental.windowsZones.mapTimezones.map(({ mapZone }) => mapZone);
  const world = entries.filter(({ _territory }) => _territory === '001');
  for (const { _other, _type } of [...world, ...entries]) {
    const zones = windows.get(_other) ?? new Set();
    for (const zone of _type.split(' ')) if (zone !== '') zones.add(zone);
    windows.set(_other, zones);
  }
  const { tz } = (json('cldr-bcp47/bcp47/timezone.json') as Aliases).keyword.u;
  const links = Object.values(tz)
    .map((zone) => (typeof zone === 'string' ? [] : (zone._alias ?? '').split(' ')))
    .filter((names) => names.length > 1);

  const source = `/**
 * Names of time zones, from the Unicode Common Locale Data Repository (CLDR ${supplemental.version._cldrVersion}, Unicode License v3).
 * Made by tables.test.ts; not to be edited.
 */

/** A Windows zone and its IANA zones, the one that stands for it first. */
export const windowsZones: Readonly<Record<string, string>> = ${JSON.stringify(
    Object.fromEntries([...windows].sort().map(([name, zones]) => [name, [...zones].join(' ')])),
  )};

/** Names of one and the same zone. */
export const zoneNames: readonly string[] = ${JSON.stringify(links.map((names) => names.join(' ')).sort())};
`;
  const file = new URL('tables.ts', import.meta.url).pathname;
  const formatted = await format(source, { ...(await resolveConfig(file)), filepath: file });
  await expect(formatted).toMatchFileSnapshot('tables.ts');
});
