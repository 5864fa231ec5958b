/**
 * The configuration file: JSON, every key known, every error named by path and value.
 *
 *     {
 *       "tcp": { "host": "192.168.0.202", "port": 4245 },
 *       "limits": { "maxLineBytes": 16777216 }
 *     }
 *
 * `tcp` or `serial` at the top is short for a single device; `devices` lists several, each with a name.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DEFAULT_PORT, outlookSettingsSchema, type OutlookSettings } from '../../contract/api.ts';
import { settingsChangeSchema, type SettingsChange } from '../../contract/settings.ts';
import type { ZonedTimes } from '../../datasets/index.ts';
import { SyncError } from '../../contract/errors.ts';
import { applyPolicy, enforcedPaths, policyFile, readPolicy, type Policy } from './policy.ts';
import { hasCode } from './private-files.ts';
import { stateFiles } from './state-folder.ts';

const MIB = 1024 * 1024;
/** The port of the device's agent (spec: qdsync protocol 1). */
export const DEVICE_PORT = 4245;
export const DEFAULT_BAUD_RATE = 9600;

const portNumber = z.int().min(1).max(65_535);

const tcpSchema = z.strictObject({
  host: z.string().min(1).max(253),
  port: portNumber.default(DEVICE_PORT),
  /** The port of this PC is forwarded to elsewhere, so that the device is believed by a compared code only. */
  forwarded: z.boolean().default(false),
  /** Consent to speak with a device that cannot protect its connection, as none of 2009 can. */
  unprotected: z.boolean().default(false),
});
const serialSchema = z.strictObject({
  path: z.string().min(1).max(1000),
  baudRate: z.int().min(50).max(4_000_000).default(DEFAULT_BAUD_RATE),
  /** The quirks of the Greenphone's serial port. */
  greenphone: z.boolean().default(false),
});

const deviceSchema = z
  .strictObject({
    name: z.string().min(1).max(60),
    tcp: tcpSchema.optional(),
    serial: serialSchema.optional(),
    /** Labels that the device's language has for the categories Business and Personal. */
    categoryAliases: z.record(z.string(), z.enum(['Business', 'Personal'])).default({}),
    /** What the `Z` behind the times of this device means: by the original device only a mark, by its schema UTC. */
    zonedTimes: z.enum(['wall-clock', 'utc']).default('wall-clock'),
    /** Datasets to sync; all that both sides know when left out. */
    datasets: z.array(z.string().min(1).max(40)).min(1).max(20).optional(),
    /** Policy, mode and scope by dataset, where nobody has chosen others since. */
    settings: z.record(z.string().max(40), settingsChangeSchema).default({}),
  })
  .refine(({ tcp, serial }) => (tcp === undefined) !== (serial === undefined), {
    error: 'needs either tcp or serial',
  });

const loopbackUrl = z.url({ protocol: /^https?$/, hostname: /^(localhost|127\.0\.0\.1|\[::1\])$/ });

const outlookSchema = z.strictObject({
  /** Graph's address where it is not Microsoft's: the local mailbox of demo and tests. */
  localMailbox: loopbackUrl.optional(),
  /** Of the app registration. */
  clientId: z.guid().optional(),
  authority: z.url({ protocol: /^https$/ }).optional(),
  /** Whether the bridge may sign in by itself, for syncs that nobody watches. A person still has to choose it. */
  unattended: z.enum(['allowed', 'forbidden']).default('allowed'),
  ...outlookSettingsSchema.shape,
});

const limitsSchema = z.strictObject({
  /** The longest line that a device may send, in bytes. */
  maxLineBytes: z
    .int()
    .min(64 * 1024)
    .max(256 * MIB)
    .default(16 * MIB),
});

const originSchema = z
  .url({ protocol: /^https$/ })
  .refine((url) => new URL(url).origin === url, { error: 'must be scheme, host and port only' });

const fileSchema = z
  .strictObject({
    port: portNumber.default(DEFAULT_PORT),
    /** Where this bridge is reached besides https://localhost:PORT: a name of the organisation that means this PC. */
    origin: originSchema.optional(),
    /** PEM files of the organisation's certificate for that name. */
    originCertificate: z
      .strictObject({ certificate: z.string().min(1).max(1000), key: z.string().min(1).max(1000) })
      .optional(),
    /** The organisation's own server that has the pages, when they do not come from this bridge. */
    pagesOrigin: originSchema.optional(),
    devices: z.array(deviceSchema).max(20).default([]),
    tcp: tcpSchema.optional(),
    serial: serialSchema.optional(),
    limits: limitsSchema.prefault({}),
    outlook: outlookSchema.prefault({}),
  })
  .superRefine(({ devices, tcp, serial, origin, originCertificate }, context) => {
    if (originCertificate !== undefined && origin === undefined)
      context.addIssue({ code: 'custom', path: ['originCertificate'], message: 'needs origin' });
    const ways = [devices.length > 0, tcp !== undefined, serial !== undefined].filter(Boolean).length;
    if (ways > 1) context.addIssue({ code: 'custom', message: 'needs only one of devices, tcp and serial' });
    devices.forEach(({ name }, index) => {
      if (devices.findIndex((device) => device.name === name) !== index) {
        const path = ['devices', index, 'name'];
        context.addIssue({ code: 'custom', path, input: name, message: 'must be different for each device' });
      }
    });
  });

export type LinkConfig =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly forwarded?: true;
      readonly unprotected?: true;
    }
  | {
      readonly kind: 'serial';
      readonly path: string;
      /** In baud. */
      readonly baudRate: number;
      readonly greenphone: boolean;
    };

export interface DeviceConfig {
  readonly name: string;
  readonly link: LinkConfig;
  readonly categoryAliases: Readonly<Record<string, 'Business' | 'Personal'>>;
  readonly zonedTimes: ZonedTimes;
  readonly settings: Readonly<Record<string, SettingsChange>>;
  /** Undefined: every dataset that both sides know. */
  readonly datasets: readonly string[] | undefined;
}

export interface BridgeConfig {
  /** Folder of mode 0700 for database, certificate, keys and token. */
  readonly stateFolder: string;
  /** The file that this was read from, or would have been; absent where it is from nowhere. */
  readonly file?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Undefined: https://localhost:PORT. */
  readonly origin: string | undefined;
  /** PEM files of the certificate for `origin`. */
  readonly originCertificate?: { readonly certificate: string; readonly key: string };
  /** Server of the organisation whose pages may talk to this bridge. */
  readonly pagesOrigin?: string;
  readonly devices: readonly DeviceConfig[];
  readonly limits: { readonly maxLineBytes: number };
  /** What the administrator of this computer has set, by path: `port`, `outlook.clientId`. */
  readonly enforced?: readonly string[];
  readonly outlook: {
    readonly localMailbox: string | undefined;
    /** Whose mailbox there; only said on the command line. */
    readonly localUser?: string;
    readonly clientId: string | undefined;
    readonly authority: string | undefined;
    /** Undefined: allowed. */
    readonly unattended?: 'allowed' | 'forbidden';
    /** Told to the Outlook hosts; the defaults where it is absent. */
    readonly settings?: OutlookSettings;
  };
}

/** Name of the only device where it was configured without one. */
export const ONLY_DEVICE = 'device';

/**
 * Reads the configuration file. Without a named file the state folder's `config.json` is read, and may be absent.
 * @throws SyncError `config.invalid` naming the file, the path in it and the value
 */
export function loadConfiguration(stateFolder: string, file?: string): BridgeConfig {
  const path = file ?? stateFiles.config(stateFolder);
  const policy = readPolicy(policyFile());
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Of a state folder that cannot be one the state's own error tells more.
    if (file === undefined && (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')))
      return parseConfiguration('{}', path, stateFolder, policy);
    throw new SyncError('config.invalid', `${path} cannot be read`, { cause: error });
  }
  return parseConfiguration(text, path, stateFolder, policy);
}

/**
 * Checks a configuration's text. `path` is only named in errors. What the policy names counts, whatever the text says.
 * @throws SyncError `config.invalid`
 */
export function parseConfiguration(
  text: string,
  path: string,
  stateFolder: string,
  policy?: Policy,
): BridgeConfig {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SyncError('config.invalid', `${path}: ${error instanceof Error ? error.message : 'not JSON'}`);
  }
  if (policy !== undefined) check(policy.values, policy.file);
  const whole = policy === undefined ? value : applyPolicy(value, policy.values);
  const { port, origin, originCertificate, pagesOrigin, devices, tcp, serial, limits, outlook } = check(
    whole,
    path,
  );
  const only = tcp === undefined && serial === undefined ? [] : [{ name: ONLY_DEVICE, tcp, serial }];
  return {
    stateFolder,
    file: path,
    port,
    origin,
    ...(originCertificate !== undefined && { originCertificate }),
    ...(pagesOrigin !== undefined && { pagesOrigin }),
    devices: [...devices, ...only].map(deviceConfig),
    limits,
    ...(policy !== undefined && { enforced: enforcedPaths(policy.values) }),
    outlook: {
      localMailbox: outlook.localMailbox,
      clientId: outlook.clientId,
      authority: outlook.authority,
      ...(outlook.unattended === 'forbidden' && { unattended: outlook.unattended }),
      settings: { meetings: outlook.meetings, taskLists: outlook.taskLists },
    },
  };
}

/** @throws SyncError `config.invalid` */
function check(value: unknown, path: string): z.infer<typeof fileSchema> {
  const parsed = fileSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new SyncError('config.invalid', `${path}: ${parsed.error.issues.map(describeIssue).join('; ')}`);
}

interface ParsedDevice {
  readonly name: string;
  readonly tcp?: z.infer<typeof tcpSchema> | undefined;
  readonly serial?: z.infer<typeof serialSchema> | undefined;
  readonly categoryAliases?: Readonly<Record<string, 'Business' | 'Personal'>>;
  readonly zonedTimes?: ZonedTimes;
  readonly settings?: Readonly<Record<string, SettingsChange>>;
  readonly datasets?: readonly string[] | undefined;
}

function deviceConfig(device: ParsedDevice): DeviceConfig {
  const {
    name,
    tcp,
    serial,
    categoryAliases = {},
    zonedTimes = 'wall-clock',
    settings = {},
    datasets,
  } = device;
  const rest = { name, categoryAliases, zonedTimes, settings, datasets };
  if (tcp !== undefined) {
    const { host, port, forwarded, unprotected } = tcp;
    const flags = { ...(forwarded && { forwarded }), ...(unprotected && { unprotected }) };
    return { ...rest, link: { kind: 'tcp', host, port, ...flags } };
  }
  if (serial !== undefined) return { ...rest, link: { kind: 'serial', ...serial } };
  throw new SyncError('config.invalid', `${name}: needs either tcp or serial`);
}

/** `devices[0].tcp.port: Too big: expected number to be <=65535, not 70000` */
function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => (path === '' ? key : `${path}.${key}`));
    return `${keys.join(', ')}: unknown`;
  }
  const prefix = path === '' ? '' : `${path}: `;
  if (issue.input === undefined) return `${prefix}${path === '' ? issue.message : 'missing'}`;
  return typeof issue.input === 'object'
    ? `${prefix}${issue.message}`
    : `${prefix}${issue.message}, not ${JSON.stringify(issue.input)}`;
}

/**
 * Checks the address of a local mailbox given on the command line.
 * @throws SyncError `config.invalid`
 */
export function parseLocalMailbox(url: string): string {
  const parsed = loopbackUrl.safeParse(url);
  if (parsed.success) return parsed.data;
  throw new SyncError('config.invalid', `--graph ${url}: must be an http or https address of this PC`);
}
