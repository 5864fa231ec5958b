/** What of a mailbox is sent to a device: the calendar's window and categories (spec: sync engine, section 6). Pure. */
import type { DatasetSettings } from '../../contract/settings.ts';
import { caseFolded, type DatasetDefinition, type Fields } from '../../datasets/index.ts';

/** Dates, both inclusive, `YYYY-MM-DD`. */
export interface DateWindow {
  readonly from: string;
  readonly to: string;
}

export interface Scope {
  /** null: records of the dataset do not lie in time, or all times are sent. */
  readonly window: DateWindow | null;
  /** What the device itself holds outside leaves it, too. */
  readonly trim: boolean;
  readonly include: ReadonlySet<string>;
  readonly exclude: ReadonlySet<string>;
  /** Equal for scopes and modes that send the same, but for the days that have passed. */
  readonly key: string;
}

const DAY_MS = 86_400_000;
const CATEGORY = 'Categories/';

/** `today`: the date on this computer, `YYYY-MM-DD`. */
export function scopeOf(definition: DatasetDefinition, settings: DatasetSettings, today: string): Scope {
  const { mode, window, trim, include, exclude } = settings;
  const used = definition.time === undefined ? null : window;
  return {
    window:
      used === null ? null : { from: shifted(today, -used.daysBack), to: shifted(today, used.daysAhead) },
    trim: used !== null && trim,
    include: new Set(include.map(caseFolded)),
    exclude: new Set(exclude.map(caseFolded)),
    key: `${mode} ${JSON.stringify({ window: used, trim: used !== null && trim, include, exclude })}`,
  };
}

/** Whether what a mode left on the device alone may have to go to the other side now: it is told by a full comparison only. */
export function isOtherMode(before: string | null, scope: Scope): boolean {
  return before !== null && before.split(' ', 1)[0] !== scope.key.split(' ', 1)[0];
}

/** Whether something else is sent to the device than before, whatever the mode. */
export function isOtherScope(before: string | null, scope: Scope): boolean {
  return before !== null && withoutMode(before) !== withoutMode(scope.key);
}

function withoutMode(key: string): string {
  return key.slice(key.indexOf(' '));
}

/** Whether a record of the mailbox is sent to the device. */
export function isSent(definition: DatasetDefinition, scope: Scope, fields: Fields): boolean {
  return hasSentCategory(scope, fields) && isInWindow(definition, scope, fields);
}

function isInWindow(definition: DatasetDefinition, { window }: Scope, fields: Fields): boolean {
  return window === null || definition.time?.takesPlace(fields, window) !== false;
}

function hasSentCategory({ include, exclude }: Scope, fields: Fields): boolean {
  if (include.size === 0 && exclude.size === 0) return true;
  const categories = Object.keys(fields).flatMap((key) => {
    const value = fields[key];
    return key.startsWith(CATEGORY) && typeof value === 'string' ? [caseFolded(value)] : [];
  });
  if (categories.some((category) => exclude.has(category))) return false;
  return include.size === 0 || categories.some((category) => include.has(category));
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
