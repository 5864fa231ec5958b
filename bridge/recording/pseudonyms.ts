/**
 * Stand-ins for what people wrote: the same text always has the same one, within what one key is used for, so that a
 * recording still shows what is equal; without the key, which is never written down, they cannot be turned back. Pure.
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

export class Pseudonyms {
  readonly #key: Uint8Array;

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
    const digits = this.#bytes(composed.replace(/\D/g, ''));
    return composed.replace(/\d/g, () => String(next(digits) % 10));
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
    const bytes = this.#bytes(word.toLowerCase());
    let result = '';
    for (const character of word) {
      const byte = next(bytes);
      if (/\p{N}/u.test(character)) result += String(byte % 10);
      else {
        const letter = String.fromCharCode(97 + (byte % LETTERS));
        result += /\p{Lu}/u.test(character) ? letter.toUpperCase() : letter;
      }
    }
    return result;
  }

  /** Another day, of 1930 to 2009. */
  #date(date: string): string {
    const bytes = this.#bytes(date);
    const two = (value: number): string => String(value).padStart(2, '0');
    const year = 1930 + (next(bytes) % 80);
    return `${year}-${two(1 + (next(bytes) % 12))}-${two(1 + (next(bytes) % 28))}`;
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
