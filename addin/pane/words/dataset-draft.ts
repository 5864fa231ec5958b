/** What a person has typed among a dataset’s settings: the value that it makes, or what is wrong with it. Pure. */
import { datasetSettingsSchema, windowSchema } from '../../../contract/settings.ts';

export type Draft<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** A number of days back or ahead. */
export function readDays(text: string): Draft<number> {
  const read = windowSchema.shape.daysBack.safeParse(/^\s*\d+\s*$/.test(text) ? Number(text) : undefined);
  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, problem: 'A number of days from 0 to 36,500.' };
}

/** Names of categories between commas or semicolons, each once; none is an empty list. */
export function readCategories(text: string): Draft<string[]> {
  const names = text
    .split(/[,;]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const read = datasetSettingsSchema.shape.include.safeParse([...new Set(names)]);
  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, problem: 'At most 100 names of at most 255 characters each.' };
}
