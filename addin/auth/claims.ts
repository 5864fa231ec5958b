/** Reads a claims challenge out of a refusal of Microsoft Graph. */

/** A longer challenge is none of Microsoft's. */
const MAX_CHARS = 16_384;

/**
 * The claims that a `WWW-Authenticate` header asks for, as JSON text; null when it asks for none.
 * The header holds them as base64 (`Bearer …, error="insufficient_claims", claims="eyJ…"`).
 */
export function claimsOf(header: string | null | undefined): string | null {
  const encoded = /[\s,]claims="([A-Za-z0-9+/_=-]+)"/.exec(header ?? '')?.[1];
  if (encoded === undefined || encoded.length > MAX_CHARS) return null;
  try {
    const bytes = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (character) => character.charCodeAt(0)),
    );
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : null;
  } catch {
    // No base64 or no JSON: not a challenge that anybody could meet.
    return null;
  }
}
