/** Where two texts differ, for highlighting: what comes before, what differs, what comes after. */
export interface Difference {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
}

/** The parts of `text` seen beside `other`; by whole characters, so that no surrogate pair is cut. */
export function differing(text: string, other: string): Difference {
  const [a, b] = [Array.from(text), Array.from(other)];
  const shortest = Math.min(a.length, b.length);
  let head = 0;
  while (head < shortest && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return {
    head: a.slice(0, head).join(''),
    middle: a.slice(head, a.length - tail).join(''),
    tail: a.slice(a.length - tail).join(''),
  };
}
