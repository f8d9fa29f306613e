/** A message in words. */
import type { Message, ToldAlert } from "./message.ts";

/** Longest text of one alert, in UTF-16 units. */
const LONGEST_ALERT = 400;
/** Longest name of a streamer, in UTF-16 units. */
const LONGEST_NAME = 64;

/** What a text may take. */
export interface TextRoom {
  /** Most of it, as `measure` counts. */
  most: number;
  /** How long a text is; default: in UTF-16 units. */
  measure?(text: string): number;
  /** Makes a line plain for the service: without what it would take for marks or mentions. */
  plain?(line: string): string;
}

/** The title: who, and how it stands. */
export function messageTitle({ kind, streamer, alerts, more }: Message): string {
  const who = cut(streamer, LONGEST_NAME);
  if (kind === "test") return `${who}: test`;
  const firing = alerts.filter((told) => told.firing);
  const count = firing.length + more;
  const worst = firing[0]?.alert.severity;
  if (worst === undefined) return count > 0 ? `${who}: ${count} alerts` : `${who}: over`;
  return count === 1 ? `${who}: ${worst}` : `${who}: ${count} alerts, the worst ${worst}`;
}

/** The text, a line for each alert, as many as there is room for. */
export function messageText(message: Message, room: TextRoom): string {
  const { most, measure = (text) => text.length, plain = (line) => line } = room;
  if (message.kind === "test") {
    return plain("A test of OBS Telemetry Bridge: alerts will come here.");
  }
  const lines = message.alerts.map((told) => plain(alertLine(told)));
  const total = lines.length + message.more;
  for (let shown = lines.length; shown > 0; shown--) {
    const left = total - shown;
    const all = left > 0 ? [...lines.slice(0, shown), furtherLine(left)] : lines;
    const text = all.join("\n");
    if (measure(text) <= most) return text;
  }
  return furtherLine(total);
}

/** A time of day on this machine's clock, `21:14:05`. */
export function timeOfDay(unixMs: number): string {
  const date = new Date(unixMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0")).join(":");
}

/** A duration as a person says it: `12 s`, `2 min 5 s`, `1 h 3 min`. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  }
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

function alertLine({ alert, firing, since, resolvedAt, lastedMs, times }: ToldAlert): string {
  const what = cut(alert.message.replace(/\s+/g, " "), LONGEST_ALERT);
  const often = times > 1 ? `, ${times} times` : "";
  if (firing || resolvedAt === null) {
    const severity = alert.severity[0]?.toUpperCase() + alert.severity.slice(1);
    return `${severity} since ${timeOfDay(since)}${often}: ${what}`;
  }
  const until = `${timeOfDay(since)} to ${timeOfDay(resolvedAt)}`;
  const lasted = durationWords(lastedMs ?? 0);
  return times > 1
    ? `Over, came ${times} times, ${until}, the last time for ${lasted}: ${what}`
    : `Over after ${lasted} (${until}): ${what}`;
}

function furtherLine(count: number): string {
  return count === 1
    ? "And one more alert: see the dock."
    : `And ${count} more alerts: see the dock.`;
}

/** At most so many UTF-16 units, and no half of a character at the end. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
