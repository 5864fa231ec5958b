type Values = Readonly<Record<string, string>>;

/** Extended values after a change; null takes one away. */
export function changedExtended(before: Values, change: ReadonlyMap<string, string | null>): Values {
  const after: Record<string, string> = { ...before };
  for (const [key, value] of change) {
    if (value === null) Reflect.deleteProperty(after, key);
    else after[key] = value;
  }
  return after;
}

export function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
