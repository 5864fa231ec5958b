/** The last step of a write: its portrait, and the item that the bridge gets to see. */
import type { MailboxOperation, MailboxResult, Problem } from '../../../contract/server-plugin.ts';
import { decodeBase64, encodeBase64, toJpeg } from '../../../datasets/portrait/index.ts';
import type { Written } from '../items/writer.ts';
import type { ContactsContext } from './context.ts';
import type { HeldContact } from './current.ts';
import { toItem } from './items.ts';
import { keptContact, keptPhoto } from './restore.ts';
import { unmappedProperties } from './properties.ts';
import { notRestored, notTaken, UNREADABLE_SNAPSHOT } from '../items/restore.ts';
import { writePhotos, type PhotoWrite } from './photos.ts';

/** Stores the portraits that are wanted and tells what each item holds then. */
export async function addPortraits(
  context: ContactsContext,
  written: readonly Written<HeldContact>[],
  signal: AbortSignal,
): Promise<readonly MailboxResult[]> {
  const jpegs = new Map<Written<HeldContact>, Jpeg>();
  for (const step of written) {
    const wanted = wantedPortrait(context, step);
    if (wanted.kind === 'store') jpegs.set(step, convert(wanted.portrait));
  }
  const photos = new Map<Written<HeldContact>, PhotoWrite>();
  for (const [step, jpeg] of jpegs)
    if (jpeg.ok) photos.set(step, { id: step.item.contact.id, jpeg: jpeg.base64 });
  const answers = await writePhotos(context, [...photos.values()], signal);
  const faults = new Map([...photos.keys()].map((step, index) => [step, answers[index]]));
  return written.map((step): MailboxResult => {
    const { key, kind } = step.operation;
    if (kind === 'remove') return { key, status: 'done' };
    const held = step.item.portrait;
    const jpeg = jpegs.get(step);
    if (jpeg === undefined) return done(context, step, held, removalProblem(context, step));
    if (!jpeg.ok) return done(context, step, held, jpeg.problem);
    const fault = faults.get(step);
    return done(context, step, fault === undefined ? jpeg.base64 : held, fault);
  });
}

type Wanted =
  | { readonly kind: 'keep' }
  | { readonly kind: 'store'; readonly portrait: string }
  | { readonly kind: 'remove' };

function wantedPortrait(context: ContactsContext, { operation }: Written<HeldContact>): Wanted {
  if (operation.kind === 'remove') return { kind: 'keep' };
  const kept = operation.restore === undefined ? undefined : keptContact(context, operation.restore);
  const portrait = (kept && keptPhoto(context, operation.fields, kept)) ?? operation.fields.Portrait;
  const isWanted = operation.kind === 'create' || operation.changed.includes('Portrait');
  if (!isWanted) return { kind: 'keep' };
  if (typeof portrait === 'string') return { kind: 'store', portrait };
  return operation.kind === 'create' ? { kind: 'keep' } : { kind: 'remove' };
}

type Jpeg =
  { readonly ok: true; readonly base64: string } | { readonly ok: false; readonly problem: Problem };

/** The service takes no larger photo (spec: graph 2.5). */
const maxPhotoBytes = 4 * 1024 * 1024;

function convert(portrait: string): Jpeg {
  const jpeg = toJpeg(decodeBase64(portrait));
  const detail = jpeg.ok && jpeg.file.length >= maxPhotoBytes ? `${jpeg.file.length} bytes` : undefined;
  if (jpeg.ok && detail === undefined) return { ok: true, base64: encodeBase64(jpeg.file) };
  return { ok: false, problem: { code: 'mailbox.photo', detail: jpeg.ok ? (detail ?? '') : jpeg.detail } };
}

function removalProblem(context: ContactsContext, step: Written<HeldContact>): Problem | undefined {
  if (wantedPortrait(context, step).kind !== 'remove' || step.item.portrait === undefined) return undefined;
  return { code: 'mailbox.photo-kept', detail: '' };
}

function done(
  context: ContactsContext,
  { operation, item }: Written<HeldContact>,
  portrait: string | undefined,
  problem: Problem | undefined,
): MailboxResult {
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...restoreProblems(context, operation, item),
  ];
  return {
    key: operation.key,
    status: 'done',
    item: toItem(context, item.contact, portrait),
    ...(problems.length === 0 ? {} : { problems }),
  };
}

/** What of a snapshot the service has not taken. */
function restoreProblems(
  context: ContactsContext,
  operation: MailboxOperation,
  { contact }: HeldContact,
): Problem[] {
  if (operation.kind === 'remove' || operation.restore === undefined) return [];
  const kept = keptContact(context, operation.restore);
  if (kept === undefined) return [UNREADABLE_SNAPSHOT];
  if (operation.kind === 'update') return [];
  const names = notTaken(kept.contact, contact, unmappedProperties);
  return names.length === 0 ? [] : [notRestored(names.join(', '))];
}
