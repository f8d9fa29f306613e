/** A message in words. */
import { timeOfDay } from "../../shared/time_of_day.ts";
import { durationWords } from "../time/duration_words.ts";
import type { Lasting, Message, ToldAlert } from "./message.ts";

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
export function messageTitle({ kind, streamer, alerts, more, lasting }: Message): string {
  const who = cut(streamer, LONGEST_NAME);
  if (kind === "test") return `${who}: test`;
  const firing = alerts.filter((told) => told.firing);
  const count = firing.length + more;
  const worst = firing[0]?.alert.severity;
  if (worst === undefined) {
    return count > 0 ? `${who}: ${count} alerts` : `${who}: over${lastingWords(lasting)}`;
  }
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

/** What lasts although other things are over. */
function lastingWords(lasting: Lasting | null): string {
  if (lasting === null) return "";
  const { count, worst } = lasting;
  return count === 1 ? `, 1 ${worst} lasts` : `, ${count} last, the worst ${worst}`;
}

function alertLine({ alert, firing, since, resolvedAt, lastedMs, times }: ToldAlert): string {
  const often = times > 1 ? `, ${times} times` : "";
  const { trouble, rest } = parts(alert.message.replace(/\s+/g, " "));
  if (firing || resolvedAt === null) {
    const severity = alert.severity[0]?.toUpperCase() + alert.severity.slice(1);
    const what = cut(trouble + rest, LONGEST_ALERT);
    return `${severity} since ${timeOfDay(since)}${often}: ${what}`;
  }
  const what = cut(trouble, LONGEST_ALERT);
  const until = `${timeOfDay(since)} to ${timeOfDay(resolvedAt)}`;
  const lasted = durationWords((lastedMs ?? 0) / 1000);
  return times > 1
    ? `Over, came ${times} times, ${until}, the last time for ${lasted}: ${what}`
    : `Over after ${lasted} (${until}): ${what}`;
}

/** Since when, as an alert's message says it: here the times stand before it. */
const SINCE = / since \d\d:\d\d:\d\d/;
/** The end of a sentence, which that of `St. Anna` is not: names hold such words. */
const SENTENCE_END = /(?<!(?:^|\s)\p{Lu}\p{Ll}?)\. (?=\p{Lu})/u;

/** A message's first sentence, and what follows it: what to do. */
function parts(message: string): { trouble: string; rest: string } {
  const since = SINCE.exec(message);
  const whole = message.replace(SINCE, "");
  // No name stands behind since when, so that the next sentence's end is this one's.
  const from = since?.index ?? 0;
  const end = whole.slice(from).search(since === null ? SENTENCE_END : /\.(?: |$)/);
  const stop = end === -1 ? whole.length : from + end + 1;
  return { trouble: whole.slice(0, stop), rest: whole.slice(stop) };
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
