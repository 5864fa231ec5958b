/** Keys of paired pages: only their hashes are kept, and each can be taken back at once. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { pairedPageSchema, type PairedPage } from '../../contract/api.ts';
import { readPrivateFile, writePrivateFile } from '../config/private-files.ts';
import { stateFiles } from '../config/state-folder.ts';
import { hashSecret, makeSecret, sameHash } from './secrets.ts';

/** When there are more, the key that was not used for the longest time goes. */
const MAX_KEYS = 100;

const fileSchema = z.object({ keys: z.array(pairedPageSchema.extend({ hash: z.base64() })) });

interface PageKey extends PairedPage {
  readonly hash: Buffer;
}

export class PageKeys {
  readonly #file: string;
  readonly #today: () => string;
  readonly #onEnd: (id: string) => void;
  #keys: PageKey[];

  /** `now` is the wall clock; only its date is kept. `onEnd` is told whose key is good no longer. */
  constructor(
    stateFolder: string,
    {
      now = () => new Date(),
      onEnd = () => undefined,
    }: { readonly now?: () => Date; readonly onEnd?: (id: string) => void } = {},
  ) {
    this.#file = stateFiles.pageKeys(stateFolder);
    this.#onEnd = onEnd;
    this.#today = () => now().toISOString().slice(0, 10);
    this.#keys = readKeys(this.#file);
  }

  /** Makes a key for a page. It is told once and never again. */
  issue(label: string): string {
    const key = makeSecret();
    const today = this.#today();
    const entry = { id: randomUUID(), label, createdOn: today, lastUsedOn: today, hash: hashSecret(key) };
    const newestFirst = [...this.#keys].sort((a, b) => b.lastUsedOn.localeCompare(a.lastUsedOn));
    this.#keep([entry, ...newestFirst].slice(0, MAX_KEYS));
    return key;
  }

  /** The page that holds this key; compares with every key, so that time tells nothing. */
  find(key: string): PairedPage | undefined {
    const hash = hashSecret(key);
    let found: PageKey | undefined;
    for (const entry of this.#keys) if (sameHash(entry.hash, hash)) found = entry;
    if (found === undefined) return undefined;
    this.#noteUse(found);
    return found;
  }

  /** The SHA-256 of every key that is good. */
  get verifiers(): readonly Buffer[] {
    return this.#keys.map(({ hash }) => hash);
  }

  list(): PairedPage[] {
    return this.#keys.map(({ id, label, createdOn, lastUsedOn }) => ({ id, label, createdOn, lastUsedOn }));
  }

  /** False when there is no such page. */
  revoke(id: string): boolean {
    const left = this.#keys.filter((entry) => entry.id !== id);
    if (left.length === this.#keys.length) return false;
    this.#keep(left);
    return true;
  }

  #keep(keys: PageKey[]): void {
    const ended = this.#keys.filter(({ id }) => !keys.some((kept) => kept.id === id));
    this.#keys = keys;
    // Before it is written: an end that the disk refuses is one all the same.
    for (const { id } of ended) this.#onEnd(id);
    this.#save();
  }

  #noteUse(entry: PageKey): void {
    const today = this.#today();
    if (entry.lastUsedOn === today) return;
    this.#keys = this.#keys.map((other) => (other === entry ? { ...entry, lastUsedOn: today } : other));
    this.#save();
  }

  #save(): void {
    const keys = this.#keys.map((entry) => ({ ...entry, hash: entry.hash.toString('base64') }));
    writePrivateFile(this.#file, `${JSON.stringify({ keys }, null, 2)}\n`);
  }
}

/** A damaged or exposed file counts as empty: the pages have to be paired again, nothing else is lost. */
function readKeys(file: string): PageKey[] {
  const found = readPrivateFile(file);
  if (found.state !== 'private') return [];
  const parsed = fileSchema.safeParse(parseJson(found.text));
  if (!parsed.success) return [];
  return parsed.data.keys.map((entry) => ({ ...entry, hash: Buffer.from(entry.hash, 'base64') }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
