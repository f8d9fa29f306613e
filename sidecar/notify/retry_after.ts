/** Longest that a server is believed when it says how long to wait. */
const LONGEST_MS = 60 * 60_000;

/** What says how long to wait. */
export interface RetryHints {
  /** The header `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
  header: string | null;
  /** The answer's text; JSON, perhaps. */
  text: string;
  /** Unix milliseconds. */
  now: number;
}

/**
 * How long a busy server wants to be left alone, in milliseconds; null if it does not say. In JSON
 * Discord says `retry_after` (its documents, Rate Limits) and Telegram `parameters.retry_after`
 * (Bot API, ResponseParameters), both in seconds. The longest that is said counts.
 */
export function retryAfterMs({ header, text, now }: RetryHints): number | null {
  const waits = [...fromHeader(header?.trim() ?? "", now), ...fromJson(text)]
    .filter((ms) => Number.isFinite(ms) && ms >= 0);
  return waits.length === 0 ? null : Math.min(Math.ceil(Math.max(...waits)), LONGEST_MS);
}

function fromHeader(header: string, now: number): number[] {
  if (/^\d+(?:\.\d+)?$/.test(header)) return [Number(header) * 1000];
  // Date.parse reads much that is no date.
  const date = /^[A-Za-z]{3,9}, /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? [] : [Math.max(date - now, 0)];
}

function fromJson(text: string): number[] {
  try {
    const body: unknown = JSON.parse(text);
    return [field(body, "retry_after"), field(field(body, "parameters"), "retry_after")]
      .filter((value) => typeof value === "number")
      .map((seconds) => Math.round(seconds * 1000));
  } catch {
    return [];
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
