/** Settings of the headless host: one line of JSON on standard input, so that nothing of it shows in argv. */
import { z } from 'zod';
import { DEFAULT_LOCAL_USER } from '../../../contract/api.ts';
import { SyncError } from '../../../contract/errors.ts';

/** Where the bridge is, and how to be let in. */
const bridgeShape = {
  /** Origin of the bridge, `https://localhost:24245`. */
  bridge: z.url({ protocol: /^https?$/ }),
  /** File with the bridge's token; only this user can read it. */
  tokenFile: z.string().min(1),
};

const microsoftSchema = z.strictObject({
  clientId: z.string().min(1),
  authority: z.url({ protocol: /^https$/ }).optional(),
  /** The file of tokens, and its key: 32 bytes in hexadecimal. */
  cacheFile: z.string().min(1),
  cacheKey: z.string().regex(/^[0-9a-f]{64}$/),
});
export type MicrosoftSettings = z.infer<typeof microsoftSchema>;

const localSchema = z.strictObject({
  ...bridgeShape,
  /** Graph’s address: the local mailbox. */
  mailbox: z.string().min(1),
  /** User of the local mailbox. */
  user: z.string().min(1).default(DEFAULT_LOCAL_USER),
});
export type LocalSettings = z.infer<typeof localSchema>;

export const headlessSettingsSchema = z.union([
  localSchema,
  /** A real account's mailbox. */
  z.strictObject({ ...bridgeShape, microsoft: microsoftSchema }),
  /** Signs in or out with the system's browser, and ends. */
  z.strictObject({ account: z.enum(['sign-in', 'sign-out']), microsoft: microsoftSchema }),
]);
export type HeadlessSettings = z.infer<typeof headlessSettingsSchema>;

/** @throws SyncError `config.invalid` naming the setting */
export function readSettings(line: string): HeadlessSettings {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new SyncError('config.invalid', 'the first line of the input is not JSON', { cause: error });
  }
  const parsed = headlessSettingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  // What is meant to be a local mailbox's is told as such.
  const isLocal = typeof value !== 'object' || value === null || !('microsoft' in value);
  const told = isLocal ? localSchema.safeParse(value).error : parsed.error;
  const [issue] = told?.issues ?? [];
  throw new SyncError('config.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
