/** What `doctor` looks at, and what it finds. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** One sentence. */
  readonly text: string;
  /** What the person can do about it; empty when all is well. */
  readonly remedy: string;
}

export type Check = () => Promise<readonly Finding[]>;

export const ok = (about: string, text: string): Finding => ({ about, state: 'ok', text, remedy: '' });
export const warning = (about: string, text: string, remedy: string): Finding => ({
  about,
  state: 'warning',
  text,
  remedy,
});
export const problem = (about: string, text: string, remedy: string): Finding => ({
  about,
  state: 'problem',
  text,
  remedy,
});
