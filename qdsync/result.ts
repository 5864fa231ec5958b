/** What is wrong with something that came over the wire. A value, never thrown across the protocol's boundary. */
export interface WireProblem {
  readonly kind:
    'line-too-long' | 'bad-stream' | 'bad-line' | 'unknown-message' | 'bad-message' | 'bad-value';
  /** What exactly, for people; carries no record content. */
  readonly detail: string;
}

/** An expected failure as a value. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: WireProblem };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(kind: WireProblem['kind'], detail: string): Result<never> {
  return { ok: false, problem: { kind, detail } };
}
