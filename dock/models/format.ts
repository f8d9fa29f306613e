/** Figures as people read them. What is not known is a dash, never a 0. */

export { timeOfDay as formatTimeOfDay } from "../../shared/time_of_day.ts";

/** Stands for a figure that is not known. */
export const UNKNOWN = "–";

/** Keeps a figure and its unit on one line. */
const NBSP = "\u00a0";

type Figure = number | null;

function withUnit(value: Figure, unit: string, decimals = 0): string {
  return value === null ? UNKNOWN : `${grouped(value, decimals)}${NBSP}${unit}`;
}

/** 18240 → "18,240". */
function grouped(value: number, decimals = 0): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** A whole number: "1,204". */
export function formatCount(value: Figure): string {
  return value === null ? UNKNOWN : grouped(value);
}

/** A share in percent: "0.3 %", "12 %"; a trace of something is "<0.1 %", not 0. */
export function formatPercent(value: Figure): string {
  if (value !== null && value > 0 && value < 0.1) return `<0.1${NBSP}%`;
  return withUnit(value, "%", value !== null && value < 9.95 ? 1 : 0);
}

/** A share of a whole that is never small enough for decimals: "38 %". */
export function formatWholePercent(value: Figure): string {
  return withUnit(value, "%");
}

/** A rate in Mb/s: "6.0 Mb/s". */
export function formatMbps(mbps: Figure): string {
  return mbps === null ? UNKNOWN : `${formatRate(mbps)}${NBSP}Mb/s`;
}

/** A rate in kbit/s with what it should be, in Mb/s: "5.9 / 6.0". */
export function formatBitrate(kbps: Figure, targetKbps: Figure): string {
  const text = (rate: Figure): string => formatRate(rate === null ? null : rate / 1000);
  return targetKbps === null ? text(kbps) : `${text(kbps)} / ${text(targetKbps)}`;
}

/** A span of time in words: "20 s", "3 min", "1 h 5 min". */
export function formatSpan(seconds: number): string {
  return seconds < 60
    ? `${Math.max(0, Math.floor(seconds))}${NBSP}s`
    : formatMinutesLeft(seconds / 60);
}

/** A rate whose unit stands elsewhere: "6.4", "940". */
export function formatRate(value: Figure): string {
  return value === null ? UNKNOWN : grouped(value, value < 99.95 ? 1 : 0);
}

/** A time in milliseconds: "24 ms", "3.2 ms". */
export function formatMs(value: Figure): string {
  return withUnit(value, "ms", value !== null && value < 9.95 ? 1 : 0);
}

/** A size in GiB: "412.6 GB". */
export function formatGb(value: Figure): string {
  return withUnit(value, "GB", value !== null && value < 999.95 ? 1 : 0);
}

/** A part of a whole, both in GiB: "17.2 / 31.9 GB". */
export function formatGbOf(used: Figure, total: Figure): string {
  if (total === null) return formatGb(used);
  return `${used === null ? UNKNOWN : grouped(used, 1)} / ${formatGb(total)}`;
}

/** A temperature: "64 °C". */
export function formatCelsius(value: Figure): string {
  return withUnit(value, "°C");
}

/** Frames a second with what they should be: "60 / 60". */
export function formatFps(fps: Figure, target: Figure): string {
  const decimals = (value: number): number => Number.isInteger(value) || value >= 99.95 ? 0 : 1;
  const text = (value: Figure): string =>
    value === null ? UNKNOWN : grouped(value, decimals(Math.round(value * 10) / 10));
  return target === null ? text(fps) : `${text(fps)} / ${text(target)}`;
}

/** A duration in seconds as a clock: "1:20:40". */
export function formatDuration(seconds: Figure): string {
  if (seconds === null) return UNKNOWN;
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** Minutes that are left: "42 min", "50 h 50 min", "over 99 h". */
export function formatMinutesLeft(minutes: Figure): string {
  if (minutes === null) return UNKNOWN;
  const whole = Math.floor(minutes);
  if (whole < 60) return `${whole}${NBSP}min`;
  const hours = Math.floor(whole / 60);
  return hours > 99 ? `over 99${NBSP}h` : `${hours}${NBSP}h ${whole % 60}${NBSP}min`;
}

/** A moment as the day here, the same everywhere in the world: "2026-11-22". */
export function formatDate(unixMs: number): string {
  const date = new Date(unixMs);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((value) => String(value).padStart(2, "0"))
    .join("-");
}
