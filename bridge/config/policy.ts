/**
 * What an administrator has set for every user of this computer: a file of the same form as the user's own configuration, in
 * a place that users cannot write. What it names counts, whatever the user's file or the command line say.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { SyncError } from '../../contract/errors.ts';
import { hasCode } from './private-files.ts';

/** Where the file is looked for: no variable of the environment says it, for that is the user's to set. */
export function policyFile(platform: NodeJS.Platform = process.platform): string {
  switch (platform) {
    case 'win32':
      // Below C:\ProgramData any user may make the folder first, and so write a policy for everybody.
      return String.raw`C:\Program Files\Common Files\outlook-device-sync\policy.json`;
    case 'darwin':
      return '/Library/Application Support/outlook-device-sync/policy.json';
    default:
      return '/etc/outlook-device-sync/policy.json';
  }
}

type Json = Readonly<Record<string, unknown>>;

export interface Policy {
  readonly file: string;
  readonly values: Json;
}

/**
 * Reads the policy; undefined where there is none.
 * @throws SyncError `config.invalid` when it cannot be read, is no object, or could have been written by users
 */
export function readPolicy(file: string, owner = 0): Policy | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    // On Windows the folder above it is the administrator's own.
    if (process.platform !== 'win32') requireOwner(file, owner);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (error instanceof SyncError) throw error;
    throw new SyncError('config.invalid', `the policy ${file} cannot be read`, { cause: error });
  }
  const values = parse(text);
  if (!isObject(values)) throw new SyncError('config.invalid', `the policy ${file} is not a JSON object`);
  return { file, values };
}

/** The devices are one choice, however they are written. */
const DEVICES = ['devices', 'tcp', 'serial'];

/** The user's configuration with what the policy names in place of the user's values. */
export function applyPolicy(user: unknown, policy: Json): unknown {
  if (!isObject(user)) return user;
  const namesDevices = DEVICES.some((name) => Object.hasOwn(policy, name));
  const own = namesDevices
    ? Object.fromEntries(Object.entries(user).filter(([name]) => !DEVICES.includes(name)))
    : user;
  return merge(own, policy);
}

/** `port`, `outlook.clientId`: what the policy names, for those who would set it otherwise. */
export function enforcedPaths(policy: Json, prefix = ''): readonly string[] {
  return Object.entries(policy).flatMap(([name, value]) =>
    isObject(value) ? enforcedPaths(value, `${prefix}${name}.`) : [`${prefix}${name}`],
  );
}

/**
 * Refuses what the administrator has decided. `paths`: what is about to be changed, with all that is below.
 * @throws SyncError `config.enforced`
 */
export function requireFree(enforced: readonly string[], paths: readonly string[]): void {
  const found = enforced.find((path) =>
    paths.some((wanted) => path === wanted || path.startsWith(`${wanted}.`)),
  );
  if (found !== undefined) throw new SyncError('config.enforced', found);
}

/** Whether the policy says which devices there are. */
export function enforcesDevices(enforced: readonly string[]): boolean {
  return enforced.some((path) => DEVICES.some((name) => path === name || path.startsWith(`${name}.`)));
}

/** @throws SyncError `config.enforced` where the policy says which devices there are */
export function requireFreeDevices(enforced: readonly string[]): void {
  requireFree(enforced, DEVICES);
}

/** Objects are merged, everything else is replaced. */
function merge(own: Json, over: Json): Json {
  const merged: Record<string, unknown> = { ...own };
  for (const [name, value] of Object.entries(over)) {
    const mine = Object.hasOwn(own, name) ? own[name] : undefined;
    Object.defineProperty(merged, name, {
      value: isObject(mine) && isObject(value) ? merge(mine, value) : value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return merged;
}

function requireOwner(file: string, owner: number): void {
  for (const path of [file, posix.dirname(file)]) {
    const { uid, mode } = lstatSync(path);
    if (uid !== owner || (mode & 0o022) !== 0)
      throw new SyncError(
        'config.invalid',
        `the policy ${file} must belong to the administrator alone (${path})`,
      );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
