/** What the error catalogue says of a code. */
export interface CatalogueEntry {
  /** One sentence; `detail` of the error says which record, line or field. */
  readonly message: string;
  /** What the person can do about it. */
  readonly remedy: string;
}

export const entry = (message: string, remedy: string): CatalogueEntry => ({ message, remedy });
