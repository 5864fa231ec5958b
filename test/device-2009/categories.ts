/** The device's categories: ids, translated labels, scopes (spec: datasets 2.8). */

interface Category {
  readonly id: string;
  readonly label: string;
  /** Where it may be used; `undefined` = everywhere. */
  readonly scope: string | undefined;
}

/** The device's language, as far as categories go. */
export interface CategoryLanguage {
  readonly Business: string;
  readonly Personal: string;
  /** The word for "no category". */
  readonly Unfiled: string;
}

export const ENGLISH: CategoryLanguage = { Business: 'Business', Personal: 'Personal', Unfiled: 'Unfiled' };
export const GERMAN: CategoryLanguage = {
  Business: 'Geschäftlich',
  Personal: 'Privat',
  Unfiled: 'Nicht abgelegt',
};

export class CategoryBook {
  readonly #byId = new Map<string, Category>();
  readonly #unfiled: string;

  constructor(language: CategoryLanguage = ENGLISH) {
    this.#unfiled = language.Unfiled;
    for (const id of ['Business', 'Personal'] as const) {
      this.#byId.set(id, { id, label: language[id], scope: undefined });
    }
  }

  /** The id that a text on the wire stands for; the text itself when no category answers to it yet. */
  resolve(text: string, scope: string): string {
    for (const { id, label, scope: where } of this.#byId.values()) {
      if (label === text && (where === undefined || where === scope)) return id;
    }
    return text;
  }

  /** The id of a text after the commit: a new user category where there was none; undefined for "Unfiled". */
  settle(text: string, scope: string): string | undefined {
    if (this.#byId.has(text)) return text;
    const known = this.resolve(text, scope);
    if (this.#byId.has(known)) return known;
    if (text === this.#unfiled) return undefined;
    const id = this.#freeId(`user.${text}`);
    this.#byId.set(id, { id, label: text, scope });
    return id;
  }

  /** The label of an id, as it goes on the wire; empty for an id that dangles. */
  label(id: string): string {
    return this.#byId.get(id)?.label ?? '';
  }

  /** The owner deletes a category; records that have it keep a dangling id. */
  remove(id: string): void {
    this.#byId.delete(id);
  }

  /** All categories, for tests. */
  list(): readonly Category[] {
    return [...this.#byId.values()];
  }

  #freeId(wanted: string): string {
    let id = wanted;
    for (let suffix = 0; this.#byId.has(id); suffix += 1) id = `${wanted}_${suffix}`;
    return id;
  }
}
