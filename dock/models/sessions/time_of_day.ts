import type { Span } from "../chart_source.ts";

const DAY_MS = 86_400_000;

/**
 * The newest moment within a span that has this time of day here, in Unix milliseconds. `text` is
 * `21:14`, `21.14`, `2114` or `21:14:05`; null if it is no time of day or not within the span.
 */
export function momentIn(text: string, { from, to }: Span): number | null {
  const found = /^\s*(\d{1,2})[:.]?(\d\d)(?:[:.](\d\d))?\s*$/.exec(text);
  if (found === null) return null;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  // A begin at 21:14:30 was live at 21:14.
  const slackMs = found[3] === undefined ? 59_999 : 999;
  for (let day = to; day >= from - DAY_MS; day -= DAY_MS) {
    const at = new Date(day).setHours(hours, minutes, seconds, 0);
    if (at <= to && at + slackMs >= from) return Math.max(at, from);
  }
  return null;
}
