/** Which side changed a record later, for the policy `newest` (spec: sync engine, section 4). Pure. */
import type { Side } from '../../datasets/index.ts';

/** Clocks that differ by more than this cannot tell who was later. */
export const CLOCKS_AGREE_MS = 120_000;

/**
 * The side whose change came later; null: it cannot be told. `changedAt`: when the device changed the record, by its own
 * clock, in ms; null: it does not tell. `modified`: ISO time of the item's last change; its change of content is known to
 * its caller. `clock`: the device's clock minus ours, in ms.
 */
export function laterSide(
  changedAt: number | null,
  modified: string | undefined,
  clock: number,
): Side | null {
  const mailbox = Date.parse(modified ?? '');
  if (changedAt === null || Number.isNaN(mailbox) || Math.abs(clock) > CLOCKS_AGREE_MS) return null;
  const device = changedAt - clock;
  if (device < mailbox) return 'mailbox';
  return device < mailbox + resolutionOf(modified ?? '') ? null : 'device';
}

/** In ms: Graph tells the time of most items to the second, which may have been any moment of it. */
function resolutionOf(time: string): number {
  return /\.\d/.test(time) ? 1 : 1000;
}
