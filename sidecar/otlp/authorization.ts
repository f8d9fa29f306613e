/**
 * The Authorization header for a token as the user entered it: `INSTANCE:TOKEN`, as Grafana Cloud
 * gives them, goes as Basic (RFC 7617), anything else as Bearer (RFC 6750). Null if a token cannot
 * be sent so.
 */
export function authorization(token: string): string | null {
  const trimmed = token.trim();
  if (trimmed.includes(":")) return `Basic ${new TextEncoder().encode(trimmed).toBase64()}`;
  return /^[\x21-\x7e]+$/.test(trimmed) ? `Bearer ${trimmed}` : null;
}
