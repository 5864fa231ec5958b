/**
 * Stand-ins for what people wrote: the same text always has the same one, and another text another one, so that a recording
 * still shows what is equal; without the key, which is never written down, they cannot be turned back.
 */
import { createHmac, randomBytes } from 'node:crypto';

const WORD = /\d{4}-\d{2}-\d{2}(?!\d)|[\p{L}\p{N}\p{M}]+/gu;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** A phone number, however it is grouped: `+47 (330) 00-001`. */
const NUMBER = /^[+(]?\d[\d\s()./-]*$/;
/** Ids that the bridge shows to devices. */
const OUR_ID = /^(?:outlook|step)-\d+$/;
/** A device's id for a record that it could not store (spec: datasets 2.5). */
const NULL_ID = /^\{?0{8}-0{4}-0{4}-0{4}-0{12}\}?(?::0+)?$/;

const LETTERS = 26;
/** Stand-ins that are tried for a short word before it gets a longer one. */
const ATTEMPTS = 40;
/** Words that are kept in mind; of longer words, and of more than these, it is chance alone that keeps stand-ins apart. */
const MAX_REMEMBERED = 200_000;
const MAX_REMEMBERED_LENGTH = 10;

export class Pseudonyms {
  readonly #key: Uint8Array;
  readonly #given = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(key: Uint8Array = randomBytes(32)) {
    this.#key = key;
  }

  /**
   * Free text: each word another one of the same length, with its capitals and digits in the same places; what lies
   * between words stays. Words that differ in case, and numbers that differ in grouping, do so afterwards. Composed (NFC).
   */
  text(text: string): string {
    const composed = text.normalize('NFC');
    if (DATE.test(composed.trim()) || !NUMBER.test(composed.trim())) {
      return composed.replace(WORD, (word) => (DATE.test(word) ? this.#date(word) : this.#word(word)));
    }
    const digits = Array.from(this.#standIn(composed.replace(/\D/g, '')));
    const last = composed.search(/\d\D*$/);
    return composed.replace(/\d/g, (_, at: number) =>
      at === last ? digits.splice(0).join('') : (digits.shift() ?? ''),
    );
  }

  /** A record's id. */
  id(id: string): string {
    return OUR_ID.test(id) || NULL_ID.test(id) ? id : this.opaque(id);
  }

  /** What nobody needs to see the form of, such as a token or a picture: a hash, and how long it was. */
  opaque(text: string): string {
    if (text === '') return '';
    return `*${this.#hmac(text).subarray(0, 8).toString('hex')}.${text.length}`;
  }

  #word(word: string): string {
    const characters = Array.from(word);
    return Array.from(this.#standIn(word.toLowerCase()), (letter, index) =>
      /\p{Lu}/u.test(characters[index] ?? '') ? letter.toUpperCase() : letter,
    ).join('');
  }

  /** Another word in place of one in small letters: of its form while such are free, and longer afterwards. */
  #standIn(word: string): string {
    return this.#distinct(word, (bytes, attempt) => {
      const longer = Math.floor(attempt / ATTEMPTS);
      return Array.from(word + 'a'.repeat(longer), (character) => {
        const byte = next(bytes);
        return /\p{N}/u.test(character) ? String(byte % 10) : String.fromCharCode(97 + (byte % LETTERS));
      }).join('');
    });
  }

  /** What nothing else has; what one gets hangs on who was asked for before, while there are few to be had. */
  #distinct(text: string, make: (bytes: Generator<number>, attempt: number) => string): string {
    const given = this.#given.get(text);
    if (given !== undefined) return given;
    const isRemembered = text.length <= MAX_REMEMBERED_LENGTH && this.#given.size < MAX_REMEMBERED;
    if (!isRemembered) return make(this.#bytes(text), 0);
    for (let attempt = 0; ; attempt++) {
      const standIn = make(this.#bytes(attempt === 0 ? text : `${attempt}/${text}`), attempt);
      if (standIn === text || this.#taken.has(standIn)) continue;
      this.#given.set(text, standIn);
      this.#taken.add(standIn);
      return standIn;
    }
  }

  /** Another day: of 1930 to 2009 while such are free, and of any year with four digits afterwards. */
  #date(date: string): string {
    const two = (value: number): string => String(value).padStart(2, '0');
    return this.#distinct(date, (bytes, attempt) => {
      const years = next(bytes) * 256 + next(bytes);
      const year = attempt < ATTEMPTS ? 1930 + (years % 80) : 1000 + (years % 9000);
      return `${year}-${two(1 + (next(bytes) % 12))}-${two(1 + (next(bytes) % 28))}`;
    });
  }

  *#bytes(text: string): Generator<number> {
    for (let block = 0; ; block++) yield* this.#hmac(`${block}:${text}`);
  }

  #hmac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}

function next(bytes: Generator<number>): number {
  return Number(bytes.next().value);
}
