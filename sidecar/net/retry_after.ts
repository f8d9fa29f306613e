import { parseHttpDate } from "./http_date.ts";

/** Longest that a server is believed when it says how long to wait. */
const LONGEST_MS = 60 * 60_000;

/** What else there is to read it from. */
export interface RetryHints {
  /** The answer's text, where it may say how long; JSON, perhaps. */
  text?: string;
  /** Unix milliseconds. */
  now: number;
}

/**
 * How long a busy server wants to be left alone, in milliseconds; null if it does not say. Its
 * header `Retry-After` holds seconds or a date (RFC 9110, 10.2.3); how far off the date is tells its
 * own header `Date`, whatever this machine's clock says. In JSON Discord says `retry_after` (its
 * documents, Rate Limits) and Telegram `parameters.retry_after` (Bot API, ResponseParameters), both
 * in seconds. The longest that is said counts.
 */
export function retryAfterMs(headers: Headers, { text = "", now }: RetryHints): number | null {
  const waits = [...fromHeaders(headers, now), ...fromJson(text)]
    .filter((ms) => Number.isFinite(ms) && ms >= 0);
  return waits.length === 0 ? null : Math.min(Math.ceil(Math.max(...waits)), LONGEST_MS);
}

function fromHeaders(headers: Headers, now: number): number[] {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return [Number(text) * 1000];
  const untilMs = parseHttpDate(text, now);
  if (untilMs === null) return [];
  const sentMs = parseHttpDate(headers.get("date")?.trim() ?? "", now) ?? now;
  return [Math.max(untilMs - sentMs, 0)];
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
