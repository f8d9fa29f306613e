/** Longest that a server is believed when it says how long to wait. */
const LONGEST_MS = 60 * 60_000;

/**
 * How long a busy server wants to be left alone, in milliseconds: its header `Retry-After`, which
 * holds seconds or a date (RFC 9110, 10.2.3). Null if it does not say.
 * @param now Unix milliseconds
 */
export function retryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), LONGEST_MS);
  // Date.parse reads much that is no date.
  const date = /^[A-Za-z]{3,9}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? null : Math.min(Math.max(date - now, 0), LONGEST_MS);
}
