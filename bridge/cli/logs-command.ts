/** `logs`: what the bridge has written down, for people. */
import { z } from 'zod';
import { stateFiles } from '../config/state-folder.ts';
import { followLines, lastLines } from '../log/follow.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';

export interface LogsOptions {
  readonly stateFolder: string;
  readonly json: boolean;
  readonly follow: boolean;
  /** How many of the last lines to show. */
  readonly lines: number;
}

const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

const entrySchema = z.looseObject({
  level: z.number(),
  time: z.number().optional(),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string().optional() }).optional(),
});

export async function logsCommand(io: Io, options: LogsOptions): Promise<number> {
  const path = stateFiles.log(options.stateFolder);
  const show = (line: string): void => io.out(`${options.json ? line : logLine(line)}\n`);
  const { lines, end } = lastLines(path, options.lines);
  if (lines.length === 0 && !options.follow) io.err(`Nothing was logged yet in ${path}.\n`);
  lines.forEach(show);
  if (!options.follow) return 0;
  const ending = new AbortController();
  const stopListening = io.onInterrupt(() => ending.abort());
  await followLines(path, end, show, ending.signal);
  stopListening();
  return 0;
}

/** `2026-11-26 10:15:00 WARN  an answer came too late  call=7`; what is no entry is shown as it is. */
export function logLine(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return printable(line);
  const { level, time, msg, err, ...rest } = entry;
  const when = time === undefined ? '' : new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  const facts = Object.entries(rest)
    .filter(([name]) => name !== 'pid')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  if (err?.message !== undefined) facts.push(err.message);
  return printable([when, (levels[level] ?? String(level)).padEnd(5), msg, ...facts].join('  ').trim());
}

function parse(line: string): z.infer<typeof entrySchema> | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
