/** The last step of a write: its portrait, and the item that the bridge gets to see. */
import type { MailboxResult, Problem } from '../../../contract/server-plugin.ts';
import { decodeBase64, encodeBase64, toJpeg } from '../../../datasets/portrait/index.ts';
import type { ContactsContext } from './context.ts';
import type { GraphContact } from './graph-contact.ts';
import { toItem } from './items.ts';
import { writePhotos, type PhotoWrite } from './photos.ts';

/** An item whose properties are written. */
export interface Written {
  /** The operation's. */
  readonly key: string;
  readonly contact: GraphContact;
  /** The portrait that the item has. */
  readonly held: string | undefined;
  readonly wanted:
    | { readonly kind: 'keep' }
    | { readonly kind: 'store'; readonly portrait: string }
    | { readonly kind: 'remove' };
}

/** Stores the portraits that are wanted and tells what each item holds then. */
export async function addPortraits(
  context: ContactsContext,
  written: readonly Written[],
  signal: AbortSignal,
): Promise<readonly MailboxResult[]> {
  const jpegs = new Map<Written, Jpeg>();
  for (const item of written)
    if (item.wanted.kind === 'store') jpegs.set(item, convert(item.wanted.portrait));
  const photos = new Map<Written, PhotoWrite>();
  for (const [item, jpeg] of jpegs) if (jpeg.ok) photos.set(item, { id: item.contact.id, jpeg: jpeg.base64 });
  const answers = await writePhotos(context, [...photos.values()], signal);
  const faults = new Map([...photos.keys()].map((item, index) => [item, answers[index]]));
  return written.map((item) => {
    const jpeg = jpegs.get(item);
    if (jpeg === undefined) return done(context, item, item.held, removalProblem(item));
    if (!jpeg.ok) return done(context, item, item.held, jpeg.problem);
    const fault = faults.get(item);
    return done(context, item, fault === undefined ? jpeg.base64 : item.held, fault);
  });
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

function removalProblem({ wanted, held }: Written): Problem | undefined {
  if (wanted.kind !== 'remove' || held === undefined) return undefined;
  return { code: 'mailbox.photo-kept', detail: '' };
}

function done(
  context: ContactsContext,
  { key, contact }: Written,
  portrait: string | undefined,
  problem: Problem | undefined,
): MailboxResult {
  return {
    key,
    status: 'done',
    item: toItem(context, contact, portrait),
    ...(problem === undefined ? {} : { problems: [problem] }),
  };
}
