/** Message signatures: `serverVersion(int,int,int)`. */

export function formatSignature(name: string, types: readonly string[]): string {
  return `${name}(${types.join(',')})`;
}

/** The argument types that a signature names; undefined when it is none. */
export function argumentTypes(signature: string): readonly string[] | undefined {
  const match = /^\w+\(([\w,]*)\)$/.exec(signature);
  if (match?.[1] === undefined) return undefined;
  return match[1] === '' ? [] : match[1].split(',');
}
