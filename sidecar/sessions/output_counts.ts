import type { Output } from "../../shared/telemetry.ts";
import type { OutputCounts, TrackedSession } from "./tracked_session.ts";
import type { FrameGrowth } from "./worst_minute.ts";

/** Counts of no output. */
export function nothing(): OutputCounts {
  return { total: null, dropped: null, bytes: null, reconnects: 0, downtimeS: 0 };
}

/** Counts of two sessions together. */
export function added(a: OutputCounts, b: OutputCounts): OutputCounts {
  const plus = (x: number | null, y: number | null) => x === null ? y : y === null ? x : x + y;
  return {
    total: plus(a.total, b.total),
    dropped: plus(a.dropped, b.dropped),
    bytes: plus(a.bytes, b.bytes),
    reconnects: a.reconnects + b.reconnects,
    downtimeS: a.downtimeS + b.downtimeS,
  };
}

/** Takes OBS's counts, with what OBS no longer tells of this session. @returns what came to them */
export function countOutput(session: TrackedSession, output: Output): FrameGrowth {
  const { counting, counts } = session;
  const { carried } = counting;
  const plus = (value: number | null, before: number | null, offset: number | null) =>
    value === null ? before : Math.max(before ?? 0, value + (offset ?? 0));
  session.counts = {
    total: plus(output.total_frames, counts.total, carried.total),
    dropped: plus(output.dropped_frames, counts.dropped, carried.dropped),
    bytes: plus(output.total_bytes, counts.bytes, carried.bytes),
    reconnects: Math.max(counts.reconnects, (output.reconnects ?? 0) + carried.reconnects),
    downtimeS: Math.max(counts.downtimeS, (output.downtime_s ?? 0) + carried.downtimeS),
  };
  counting.reconnecting = output.reconnecting === true;
  return {
    total: grown(counts.total, session.counts.total),
    lost: grown(counts.dropped, session.counts.dropped),
  };
}

function grown(before: number | null, now: number | null): number {
  return before === null || now === null ? 0 : Math.max(0, now - before);
}
