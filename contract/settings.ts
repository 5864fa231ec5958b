/** What a person chooses for one dataset of one device: policy, mode and scope (spec: sync engine, sections 4 and 6). */
import { z } from 'zod';

/** What happens where both sides changed a field differently, or one removed what the other changed. */
export const policySchema = z.enum(['device', 'outlook', 'newest', 'keep-both', 'ask']);
export type Policy = z.infer<typeof policySchema>;

/**
 * - `two-way`: changes go both ways.
 * - `to-device`, `to-mailbox`: only the side named is written; what was changed or removed there is put back.
 * - `add-only`: new records go both ways, nothing is overwritten or removed.
 * - `off`: the dataset is not synced.
 */
export const modeSchema = z.enum(['two-way', 'to-device', 'to-mailbox', 'add-only', 'off']);
export type Mode = z.infer<typeof modeSchema>;

/** Which appointments are sent to the device, in days around today; a series is, if any occurrence is. */
export const windowSchema = z.strictObject({
  daysBack: z.int().min(0).max(36_500),
  daysAhead: z.int().min(0).max(36_500),
});
export type CalendarWindow = z.infer<typeof windowSchema>;

const categoryNames = z.array(z.string().min(1).max(255)).max(100);

export const datasetSettingsSchema = z.strictObject({
  policy: policySchema,
  mode: modeSchema,
  /** Of datasets whose records lie in time; null sends all of them. */
  window: windowSchema.nullable(),
  /** Whether what the device itself holds outside the window leaves it, too. */
  trim: z.boolean(),
  /** Only records of one of these categories are sent to the device; an empty list includes all. */
  include: categoryNames,
  /** Records of these categories are not sent to the device. */
  exclude: categoryNames,
});
export type DatasetSettings = z.infer<typeof datasetSettingsSchema>;

/** Some of the settings: of a run, or to be kept. */
export const settingsChangeSchema = datasetSettingsSchema.partial();
export type SettingsChange = z.infer<typeof settingsChangeSchema>;

export const DEFAULT_SETTINGS: DatasetSettings = {
  policy: 'device',
  mode: 'two-way',
  window: { daysBack: 90, daysAhead: 730 },
  trim: false,
  include: [],
  exclude: [],
};

/** The settings with the changes made, the later ones last. */
export function withChanges(
  settings: DatasetSettings,
  ...changes: readonly (SettingsChange | undefined)[]
): DatasetSettings {
  return changes.reduce<DatasetSettings>(
    (sum, change = {}) => ({
      policy: change.policy ?? sum.policy,
      mode: change.mode ?? sum.mode,
      window: change.window === undefined ? sum.window : change.window,
      trim: change.trim ?? sum.trim,
      include: change.include ?? sum.include,
      exclude: change.exclude ?? sum.exclude,
    }),
    settings,
  );
}

/** GET: the settings of every device that is configured, by dataset. */
export const allSettingsSchema = z.object({
  devices: z.array(z.object({ device: z.string(), datasets: z.record(z.string(), datasetSettingsSchema) })),
});
export type AllSettings = z.infer<typeof allSettingsSchema>;

/** POST: changes what is kept for one dataset of one device. Answered with all settings. */
export const putSettingsRequestSchema = z.strictObject({
  device: z.string().max(200),
  dataset: z.string().max(40),
  change: settingsChangeSchema,
});
export type PutSettingsRequest = z.infer<typeof putSettingsRequestSchema>;
