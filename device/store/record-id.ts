/** Ids of the records: `{uuid-of-storage}:number`, opaque to the desktop (spec: datasets 2.5). */

/** Numbers are 24-bit at a device. */
export const MAX_NUMBER = 0xff_ffff;

export function formatId(storage: string, number: number): string {
  return `${storage}:${number}`;
}

/** The number in an id of this storage; undefined when the text is anything else. */
export function parseId(storage: string, id: string): number | undefined {
  if (!id.startsWith(`${storage}:`)) return undefined;
  const digits = id.slice(storage.length + 1);
  // One spelling per number: "07" must not name the record 7.
  if (!/^[1-9]\d{0,7}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number <= MAX_NUMBER ? number : undefined;
}
