/** When a recorded incident did harm, by OBS's own counters and the hand that brought it about. */
import { countField, type Fields, flagField } from "../../../sidecar/obs/fields.ts";
import type { Recording, RecordingLine } from "./recording.ts";
import type { Truth } from "./truth.ts";

/** How long after its cause is gone an incident may still do harm. */
const AFTERMATH_MS = 45_000;

/**
 * Longest pause between two losses of the same trouble once its cause is gone: a processor that
 * renders loses frames in spells for some time after, and the queue that is sent at once when a
 * link is wide again looks like a full bitrate for as long as that is measured over.
 */
const PAUSE_MS = 5_000;

const LITTLE_ROOM_BYTES = 5 * 2 ** 30;

/** Share of what the stream sent before, below which Dynamic Bitrate has made it soft. */
const SOFT_SHARE = 0.9;
const RATE_SPAN_MS = 3_000;

/** What a recording is of, with the first and the last moment of harm. */
export function recordedTruth({ head, lines }: Recording): Truth {
  const { cause, causedMs, title: kind } = head;
  const watchedMs = lines.at(-1)?.t ?? 0;
  const besides = (["gpu", "encoder"] as const).filter((other) => other !== cause)
    .flatMap((other) => harm(other, lines).map((atMs) => ({ cause: other, atMs })));
  const base = { cause, kind, besides, watchedMs };
  if (causedMs === null) return { ...base, trouble: null };
  const { from, to } = causedMs;
  if (cause === "audio" || cause === "obs") {
    return { ...base, trouble: { fromMs: from, beganMs: from, endedMs: to } };
  }
  const times = harm(cause, lines).filter((t) => t >= from && t <= to + AFTERMATH_MS);
  let endedMs = times[0] ?? from;
  for (const t of times) if (t <= to || t - endedMs <= PAUSE_MS) endedMs = t;
  return {
    ...base,
    trouble: times.length === 0 ? null : { fromMs: from, beganMs: times[0] ?? from, endedMs },
  };
}

function harm(cause: Truth["cause"], lines: readonly RecordingLine[]): number[] {
  switch (cause) {
    case "network":
      return [
        ...growth(lines, { request: /^GetOutputStatus/, field: "outputSkippedFrames" }),
        ...moments(lines, /^GetOutputStatus/, (data) => flagField(data, "outputReconnecting")),
        ...softened(lines),
      ].toSorted((a, b) => a - b);
    case "gpu":
      return growth(lines, { request: /^GetStats/, field: "renderSkippedFrames" });
    case "encoder":
      return growth(lines, { request: /^GetStats/, field: "outputSkippedFrames" });
    case "disk":
      return lines.filter((line) =>
        "machine" in line && (line.machine.diskFreeBytes ?? Infinity) < LITTLE_ROOM_BYTES
      ).map(({ t }) => t);
    default:
      return [];
  }
}

/**
 * The moments at which something was true of an answer. One that stays the same stands in a
 * recording once: it counts until the next.
 */
function moments(
  lines: readonly RecordingLine[],
  request: RegExp,
  test: (data: Fields) => boolean | null,
): number[] {
  const lasting = new Set<string>();
  return lines.filter((line) => {
    if ("request" in line && request.test(line.request)) {
      if (test(line.data) === true) lasting.add(line.request);
      else lasting.delete(line.request);
    }
    return lasting.size > 0;
  }).map(({ t }) => t);
}

/** The moments at which a counter had grown. */
function growth(
  lines: readonly RecordingLine[],
  { request, field }: { request: RegExp; field: string },
): number[] {
  const last = new Map<string, number>();
  return lines.filter((line) => {
    if (!("request" in line) || !request.test(line.request)) return false;
    const value = countField(line.data, field);
    if (value === null) return false;
    const before = last.get(line.request) ?? value;
    last.set(line.request, value);
    return value > before;
  }).map(({ t }) => t);
}

/** The moments at which a stream sent less than before its incident: it has no other reason to. */
function softened(lines: readonly RecordingLine[]): number[] {
  if (!usesDynamicBitrate(lines)) return [];
  const points: { t: number; bytes: number }[] = [];
  for (const line of lines) {
    if (!("request" in line) || !line.request.startsWith("GetStreamStatus")) continue;
    const bytes = countField(line.data, "outputBytes");
    if (bytes !== null && bytes > 0) points.push({ t: line.t, bytes });
  }
  const rates = points.flatMap((point) => {
    const before = points.findLast(({ t }) => t <= point.t - RATE_SPAN_MS);
    return before === undefined
      ? []
      : [{ t: point.t, rate: (point.bytes - before.bytes) / (point.t - before.t) }];
  });
  const usual = rates[Math.min(6, rates.length - 1)]?.rate ?? 0;
  return rates.filter(({ rate }) => rate < usual * SOFT_SHARE).map(({ t }) => t);
}

/** Whether the stream drops nothing although it is held up: the mark of Dynamic Bitrate. */
function usesDynamicBitrate(lines: readonly RecordingLine[]): boolean {
  const isStatus = /^GetStreamStatus/;
  return moments(lines, isStatus, (data) => Number(data["outputCongestion"]) > 0).length > 0 &&
    growth(lines, { request: isStatus, field: "outputSkippedFrames" }).length === 0 &&
    moments(lines, isStatus, (data) => flagField(data, "outputReconnecting")).length === 0;
}
