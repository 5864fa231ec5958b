/** What a task is called, and what pairs it at a slow sync (spec: sync engine, section 5 step 3). */
import type { IdentityKeys } from '../definition.ts';
import { caseFolded } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { textOf } from '../record/keys.ts';

export function taskLabel(fields: Fields): string {
  return textOf(fields.Description).trim() || 'Task without a title';
}

/** Same description and due date; a task without a description is never guessed. */
export function taskIdentity(fields: Fields): IdentityKeys | undefined {
  const description = caseFolded(textOf(fields.Description));
  if (description === '') return undefined;
  return { key: JSON.stringify([description, textOf(fields.DueDate).trim()]), evidence: [] };
}
