/** The 220 line in which a device says what it is (spec: qdsync protocol 2.2). */
import { EXTENSIONS_KEY } from './extension/names.ts';

export interface DeviceGreeting {
  /** `4.4.3`. */
  readonly version: string;
  /** Unique device id, a braced UUID. */
  readonly challenge: string;
  readonly loginName: string;
  /** Owner, for display; may be empty. */
  readonly displayName: string;
  readonly model: string;
  /** 0x040403; undefined when absent or unreadable. */
  readonly hexVersion: number | undefined;
  readonly datasets: readonly string[];
  /** Names of the extensions that it offers; none: a device like those of 2009. */
  readonly extensions: readonly string[];
  /** Every key=value, as sent. */
  readonly properties: Readonly<Record<string, string>>;
}

export type Banner =
  | { readonly kind: 'device'; readonly greeting: DeviceGreeting }
  /** Qtopia 1.x and 2.x, which speak protocol 1. */
  | { readonly kind: 'legacy'; readonly version: string }
  /** A Qtopia that speaks another protocol than 2. */
  | { readonly kind: 'other-protocol'; readonly detail: string }
  | { readonly kind: 'foreign'; readonly text: string };

const PROTOCOL = '2';
const SYSTEM = 'Qtopia';
const LONGEST_SHOWN = 80;

/** Reads what stands after `220 `. */
export function parseBanner(text: string): Banner {
  const [title = '', ...pairs] = text.split(';');
  const version = /^Qtopia (.+)$/.exec(title.trim())?.[1];
  if (version === undefined) return { kind: 'foreign', text: text.slice(0, LONGEST_SHOWN) };
  if (version.startsWith('QCop bridge')) return { kind: 'legacy', version: '1.x' };
  const properties = parseProperties(pairs);
  const protocol = properties.get('protocol');
  if (protocol === undefined) return { kind: 'legacy', version };
  const system = properties.get('system') ?? '';
  if (protocol !== PROTOCOL || system !== SYSTEM) {
    const detail = `system ${system}, protocol ${protocol}`.slice(0, LONGEST_SHOWN);
    return { kind: 'other-protocol', detail };
  }
  return {
    kind: 'device',
    greeting: {
      version,
      challenge: properties.get('challenge') ?? '',
      loginName: properties.get('loginname') ?? '',
      displayName: undoubleUtf8(properties.get('displayname') ?? ''),
      model: properties.get('model') ?? '',
      hexVersion: parseHexVersion(properties.get('hexversion')),
      datasets: words(properties.get('datasets')),
      extensions: words(properties.get(EXTENSIONS_KEY)),
      properties: Object.fromEntries(properties),
    },
  };
}

function words(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function parseProperties(pairs: readonly string[]): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  return properties;
}

/** Real devices write it in decimal; `0x…` is accepted too. */
function parseHexVersion(text: string | undefined): number | undefined {
  return text !== undefined && /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : undefined;
}

/** Non-ASCII letters arrive encoded as UTF-8 twice; what is not valid when decoded again is left as it is. */
function undoubleUtf8(text: string): string {
  const once = Buffer.from(text, 'latin1');
  if (once.toString('latin1') !== text) return text;
  const twice = once.toString('utf8');
  return Buffer.from(twice, 'utf8').equals(once) ? twice : text;
}

/** The banner of a device that speaks protocol 2, without the line end. */
export function formatBanner(greeting: Omit<DeviceGreeting, 'properties'>): string {
  const properties = {
    challenge: greeting.challenge,
    loginname: greeting.loginName,
    displayname: greeting.displayName.replaceAll(/[;\r\n]/g, ' '),
    protocol: PROTOCOL,
    system: SYSTEM,
    model: greeting.model.replaceAll(/[;\r\n]/g, ' '),
    ...(greeting.hexVersion === undefined ? {} : { hexversion: String(greeting.hexVersion) }),
    datasets: greeting.datasets.join(' '),
    ...(greeting.extensions.length > 0 && { [EXTENSIONS_KEY]: greeting.extensions.join(' ') }),
  };
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
  return `220 Qtopia ${[greeting.version, ...pairs].join(';')}`;
}
