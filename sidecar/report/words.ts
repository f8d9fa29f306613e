/** How a report writes figures and times. Without Intl, which costs the sidecar 5 MB of memory. */
import type { Span } from "./spans.ts";

/** How a moment is written, from Unix milliseconds. */
export type FormatTime = (ms: number) => string;

/** The machine's local time of day: `21:04`. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  return `${padded(date.getHours())}:${padded(date.getMinutes())}`;
}

/** The machine's local date and time: `2026-11-22 21:04`. */
export function localDateTime(ms: number): string {
  const date = new Date(ms);
  const day = [date.getFullYear(), padded(date.getMonth() + 1), padded(date.getDate())];
  return `${day.join("-")} ${localTime(ms)}`;
}

/** `21:10–21:14`, or `21:10` for what was over within a minute. */
export function spanWords({ from, to }: Span, formatTime: FormatTime): string {
  const begin = formatTime(from);
  // The nearest minute: what ended at 21:13:55 ended at 21:14.
  const end = to - from < 60_000 ? begin : formatTime(to + 30_000);
  return begin === end ? begin : `${begin}–${end}`;
}

/** `4.2 %`; what is above nothing and below the first decimal is never written as 0. */
export function percentWords(value: number): string {
  if (value > 0 && value < 0.01) return "under 0.01 %";
  return `${value >= 10 ? value.toFixed(0) : decimal(value, value < 1 ? 2 : 1)} %`;
}

/** `4,500 kbit/s`. */
export function kbpsWords(value: number): string {
  return `${thousands(value)} kbit/s`;
}

/** A whole number with its thousands apart: `12,480`. */
export function thousands(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** With at most `digits` decimals, and no zeros behind them. */
export function decimal(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** `Twitch, Kick and YouTube`; of many, the first ones and how many more. */
export function joined(words: readonly string[], most = 4): string {
  const shown = words.length <= most
    ? words
    : [...words.slice(0, most - 1), `${words.length - most + 1} more`];
  const last = shown.at(-1) ?? "";
  return shown.length <= 1 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

/** `once`, `twice`, `5 times`. */
export function timesWords(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${thousands(count)} times`;
}

/** With a capital letter in front. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}
