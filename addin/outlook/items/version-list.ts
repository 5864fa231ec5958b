/** Ids and versions of all items of a folder as one short text, for services that offer no list of changes. */
import { hashId } from './id-hash.ts';

/** Ids of one mailbox begin alike: each line names how much of the id before it is repeated, the rest, and a hash. */
export function writeVersions(versions: ReadonlyMap<string, string>): string {
  let before = '';
  return [...versions.keys()]
    .sort()
    .map((id) => {
      let shared = 0;
      while (shared < before.length && before[shared] === id[shared]) shared += 1;
      before = id;
      return [shared.toString(36), id.slice(shared), digest(versions.get(id) ?? '')].join('\t');
    })
    .join('\n');
}

/** Hashes of versions by id; undefined for a text of another making. */
export function readVersions(text: string): ReadonlyMap<string, string> | undefined {
  const versions = new Map<string, string>();
  let before = '';
  for (const line of text === '' ? [] : text.split('\n')) {
    const [shared = '', rest, hash] = line.split('\t');
    const length = Number.parseInt(shared, 36);
    if (rest === undefined || hash === undefined || !(length >= 0 && length <= before.length))
      return undefined;
    before = before.slice(0, length) + rest;
    versions.set(before, hash);
  }
  return versions;
}

export interface VersionChanges {
  /** Id and etag of what is new or another version. */
  readonly changed: readonly (readonly [id: string, etag: string])[];
  readonly removed: readonly string[];
}

/** What differs between a text of an earlier list and the versions of now. */
export function compareVersions(
  earlier: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): VersionChanges {
  return {
    changed: [...now].filter(([id, etag]) => earlier.get(id) !== digest(etag)),
    removed: [...earlier.keys()].filter((id) => !now.has(id)),
  };
}

const digest = (version: string): string => hashId(version).toString(36);
