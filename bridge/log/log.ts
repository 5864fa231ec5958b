/** The bridge's log: JSON lines in the state folder, and what matters on standard error. */
import { constants } from 'node:os';
import pino, { type Logger } from 'pino';
import { isErrorCode } from '../../contract/errors.ts';
import { stateFiles } from '../config/state-folder.ts';
import { RotatingFile } from './rotating-file.ts';

/** Wherever an object with one of these is logged, its value is not. */
const SECRETS = ['password', 'token', 'key', 'secret', 'authorization', 'invite', 'code'] as const;
const redact = {
  paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat('req.headers', '*.headers'),
  // An error's code is called as a pairing's is; a catalogue and the system know their own.
  censor: (value: unknown, path: readonly string[]) =>
    path.at(-1) === 'code' && namesAnError(value) ? value : '[secret]',
};

function namesAnError(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return isErrorCode(value) || Object.hasOwn(constants.errno, value) || /^(ERR|SQLITE)_[A-Z_]+$/.test(value);
}

export interface OpenLog {
  readonly log: Logger;
  /** For what the person is told in words anyway: the file alone. */
  readonly fileLog: Logger;
  close(): void;
}

/** `ODS_LOG` sets the level of what goes to standard error; `warn` when it is not set. */
export function openLog(stateFolder: string, level = process.env.ODS_LOG ?? 'warn'): OpenLog {
  const file = new RotatingFile(stateFiles.log(stateFolder));
  const lowest = pino.levels.values[level] ?? 40;
  const own = level as pino.Level;
  const options = { level: lowest < 30 ? own : 'info', redact, base: { pid: process.pid } } as const;
  const log = pino(
    options,
    pino.multistream([
      { level: options.level, stream: file },
      { level: own, stream: pino.destination({ dest: 2, sync: true }) },
    ]),
  );
  return { log, fileLog: pino(options, file), close: () => file.close() };
}
