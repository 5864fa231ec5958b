/** Settings of the headless host: one line of JSON on standard input, so that nothing of it shows in argv. */
import { z } from 'zod';
import { DEFAULT_LOCAL_USER } from '../../../contract/api.ts';
import { SyncError } from '../../../contract/errors.ts';

export const headlessSettingsSchema = z.strictObject({
  /** Origin of the bridge, `https://localhost:24245`. */
  bridge: z.url({ protocol: /^https?$/ }),
  /** File with the bridge's token; only this user can read it. */
  tokenFile: z.string().min(1),
  /** Graph’s address: the local mailbox. */
  mailbox: z.string().min(1),
  /** User of the local mailbox. */
  user: z.string().min(1).default(DEFAULT_LOCAL_USER),
});
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
  const [issue] = parsed.error.issues;
  throw new SyncError('config.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
