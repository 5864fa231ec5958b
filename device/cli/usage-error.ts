/** The command line asks for what makes no sense; its message is for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
