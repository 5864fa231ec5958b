/** The address under which a local user stands in the directory. */
export function addressOf(user: string): string {
  return `${user}@mailbox.example`;
}
