/** The options and words of the commands, as Commander hands them over, and how they are read. */
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Mode, Policy } from '../../contract/settings.ts';
import type { LinkConfig } from '../config/configuration.ts';
import { defaultStateFolder } from '../config/state-folder.ts';
import type { DeviceFlags } from './device-commands.ts';

/** The options of all subcommands; each declares its own, and all have the first three. */
export interface Flags extends DeviceFlags {
  readonly config?: string;
  readonly state?: string;
  readonly port?: number;
  readonly tcp?: LinkConfig;
  readonly serial?: string;
  readonly baud?: number;
  readonly greenphone?: true;
  readonly outlook?: 'headless';
  readonly graph?: string;
  readonly user?: string;
  readonly device?: string;
  readonly slow?: true;
  readonly wait?: boolean;
  readonly yes?: true;
  readonly dryRun?: true;
  readonly dataset?: readonly string[];
  readonly confirmRemovals?: true;
  readonly restoreRemoved?: true;
  readonly mode?: Mode;
  readonly policy?: Policy;
  readonly purge?: true;
  readonly origin?: string;
  readonly bridgePort?: number;
  readonly clientId?: string;
  readonly out?: string;
  readonly follow?: true;
  readonly onConnect?: boolean;
  readonly every?: number;
  readonly quiet?: string;
  readonly lines?: number;
}

export const certificateActions = ['show', 'trust', 'renew', 'distrust'] as const;
export type CertificateAction = (typeof certificateActions)[number];

export const unattendedActions = ['status', 'on', 'off', 'sign-in', 'sign-out'] as const;
export type UnattendedAction = (typeof unattendedActions)[number];

/** The state folder that a command is about. */
export function stateOf({ state }: Flags): string {
  return state ?? defaultStateFolder();
}

/** The options that the bridge has to be started with to be this one. */
export function startWords(flags: Flags): readonly string[] {
  const state = stateOf(flags);
  return [
    ...(state === defaultStateFolder() ? [] : ['--state', resolve(state)]),
    ...(flags.config === undefined ? [] : ['--config', resolve(flags.config)]),
  ];
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('must be 0 to 65535.');
  return port;
}

export function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

export function parsePositive(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1) throw new InvalidArgumentError('must be a positive number.');
  return number;
}
