/** The wishes of a request's Prefer header; they hold for this request only (spec: graph 1 line 7). */
export interface Preferences {
  readonly ids: 'plain' | 'immutable';
  readonly maxPageSize: number | undefined;
  /** The zone in which times are wished, as it was named; undefined = UTC. */
  readonly timeZone: string | undefined;
  readonly bodyType: 'text' | 'html';
  /** What was understood, as it is echoed in Preference-Applied. */
  readonly applied: readonly string[];
}

/** Reads `a=1, b="x", c`; unknown wishes are left aside, as the header's definition demands. */
export function readPreferences(header: string): Preferences {
  let ids: Preferences['ids'] = 'plain';
  let maxPageSize: number | undefined;
  let timeZone: string | undefined;
  let bodyType: Preferences['bodyType'] = 'html';
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
        timeZone = value;
        applied.push(`outlook.timezone="${value}"`);
        break;
      case 'outlook.body-content-type': {
        const type = value.toLowerCase();
        if (type !== 'text' && type !== 'html') break;
        bodyType = type;
        applied.push(`outlook.body-content-type="${value}"`);
        break;
      }
      default:
    }
  }
  return { ids, maxPageSize, timeZone, bodyType, applied };
}
