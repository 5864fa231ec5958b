/** The wishes of a request's Prefer header; they hold for this request only (spec: graph 1 line 7). */
export interface Preferences {
  readonly ids: 'plain' | 'immutable';
  readonly maxPageSize: number | undefined;
  /** What was understood, as it is echoed in Preference-Applied. */
  readonly applied: readonly string[];
}

/** Reads `a=1, b="x", c`; unknown wishes are left aside, as the header's definition demands. */
export function readPreferences(header: string): Preferences {
  let ids: Preferences['ids'] = 'plain';
  let maxPageSize: number | undefined;
  const applied: string[] = [];
  for (const [, name = '', quoted, bare] of header.matchAll(
    /([\w.-]+)\s*(?:=\s*(?:"([^"]*)"|([^,;\s]*)))?/g,
  )) {
    const value = quoted ?? bare ?? '';
    switch (name.toLowerCase()) {
      case 'idtype':
        if (value.toLowerCase() !== 'immutableid') break;
        ids = 'immutable';
        applied.push('IdType="ImmutableId"');
        break;
      case 'odata.maxpagesize': {
        const size = Number(value);
        if (!Number.isInteger(size) || size < 1) break;
        maxPageSize = size;
        applied.push(`odata.maxpagesize=${size}`);
        break;
      }
      case 'outlook.timezone':
      case 'outlook.body-content-type':
        applied.push(`${name.toLowerCase()}="${value}"`);
        break;
      default:
    }
  }
  return { ids, maxPageSize, applied };
}
