/**
 * Pairs records that no pair joins yet: by equal content, then by the dataset's identity keys; one to one, without
 * guessing (spec: sync engine, section 5 steps 2 and 3). Pure.
 */
import type { IdentityKeys } from '../../datasets/index.ts';

/** A record in no pair, told by its content. */
export interface Content {
  readonly id: string;
  /** Equal for records of equal content on both sides. */
  readonly match: string;
}

/** A record in no pair, told by what is known of it at a glance. */
export interface Identity {
  readonly id: string;
  /** Key that records of the same person or event share. */
  readonly ident: string;
}

/** So many records with one identity key are no longer compared one by one: a hostile device could send thousands. */
const MAX_SAME_KEY = 100;

export interface Matched {
  readonly device: string;
  readonly mailbox: string;
}

/** Pairs by equal content, in stable order; a surplus stays unpaired. */
export function matchByContent(device: readonly Content[], mailbox: readonly Content[]): readonly Matched[] {
  const waiting = groupBy(mailbox, ({ match }) => match);
  const matched: Matched[] = [];
  for (const record of device) {
    const partner = waiting.get(record.match)?.shift();
    if (partner !== undefined) matched.push({ device: record.id, mailbox: partner });
  }
  return matched;
}

/**
 * Pairs by identity keys: the same key and common evidence (a phone number, an e-mail), or no evidence on one side.
 * A record with several candidates on the other side is not paired at all.
 */
export function matchByIdentity(
  device: readonly Identity[],
  mailbox: readonly Identity[],
  keysOf: (side: 'device' | 'mailbox', id: string) => IdentityKeys | undefined,
): readonly Matched[] {
  const byKey = groupBy(mailbox, ({ ident }) => ident);
  const candidates = new Map<string, string[]>();
  const wanted = new Map<string, string[]>();
  for (const record of device) {
    const sameKey = byKey.get(record.ident);
    if (sameKey === undefined || sameKey.length > MAX_SAME_KEY) continue;
    const keys = keysOf('device', record.id);
    if (keys === undefined) continue;
    for (const other of sameKey) {
      const otherKeys = keysOf('mailbox', other);
      if (otherKeys === undefined || !mayBeSame(keys, otherKeys)) continue;
      push(candidates, record.id, other);
      push(wanted, other, record.id);
    }
  }
  const matched: Matched[] = [];
  for (const [deviceId, mailboxIds] of candidates) {
    const [only] = mailboxIds;
    if (only === undefined || mailboxIds.length > 1 || wanted.get(only)?.length !== 1) continue;
    matched.push({ device: deviceId, mailbox: only });
  }
  return matched;
}

function mayBeSame(a: IdentityKeys, b: IdentityKeys): boolean {
  if (a.key !== b.key) return false;
  if (a.evidence.length === 0 || b.evidence.length === 0) return true;
  return a.evidence.some((piece) => b.evidence.includes(piece));
}

/** Ids of the records by their key. */
function groupBy<T extends { readonly id: string }>(
  records: readonly T[],
  key: (record: T) => string,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const record of records) push(groups, key(record), record.id);
  return groups;
}

function push(groups: Map<string, string[]>, key: string, value: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
