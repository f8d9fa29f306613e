import type { Output } from "../../shared/telemetry.ts";
import { nothing } from "./output_counts.ts";
import { newFigures } from "./session_figures.ts";
import type { KeptSession, TrackedSession } from "./tracked_session.ts";

/**
 * How far OBS's own duration may be off: it counts frames, not seconds. It begins anew with each
 * connection, so that after the first only the time away can be held against it.
 */
const DURATION_SHARE = 0.98;
const RECONNECTED_SHARE = 0.9;
const DURATION_SLACK_MS = 5000;

/**
 * Whether OBS streams what it streamed when a session was last seen.
 * @param options.renderedFrames frames that OBS has rendered since its start; null if unknown
 * @param options.awayMs how long ago that was, if OBS's own duration is to be asked; else 0
 * @returns null if it does, else why not
 */
export function isSameStream(
  session: TrackedSession,
  { output, renderedFrames, awayMs }: {
    output: Output | undefined;
    renderedFrames: number | null;
    awayMs: number;
  },
): "another OBS" | "over" | null {
  const { counts, counting } = session;
  if (isAnotherObs({ counting }, renderedFrames)) return "another OBS";
  if (awayMs === 0) {
    // The same sidecar, which forgets an output of the same OBS never: it knows of its end.
    if (output === undefined) return "another OBS";
    return isBehind(output, counts.total, counting) ? "over" : null;
  }
  if (output === undefined || output.active === false) return "over";
  if (output.reconnecting === true) return null;
  if (isBehind(output, counts.total, counting)) return "over";
  const durationMs = (output.uptime_s ?? 0) * 1000;
  const leastMs = leastDurationMs(session, awayMs) - DURATION_SLACK_MS;
  return durationMs > 0 && durationMs < leastMs ? "over" : null;
}

/** What OBS's own duration must be if the stream went on; frames that were skipped are not in it. */
function leastDurationMs({ counts, counting, startAt, seenAt }: TrackedSession, awayMs: number) {
  if (counts.reconnects > 0) return awayMs * RECONNECTED_SHARE;
  const { grown } = counting.figures.encoder;
  const sentShare = grown === null || grown.total === 0 ? 1 : 1 - grown.lost / grown.total;
  return (seenAt - startAt + awayMs) * sentShare * DURATION_SHARE;
}

/** Whether OBS was started anew: its render counter never falls in one process. */
export function isAnotherObs(
  { counting }: Pick<TrackedSession, "counting">,
  renderedFrames: number | null,
): boolean {
  const { last } = counting.figures.render;
  return last !== null && renderedFrames !== null && renderedFrames < last.total;
}

/** Whether the output counts fewer frames than it did: it began anew. */
function isBehind(
  { total_frames: total }: Output,
  known: number | null,
  { carried }: TrackedSession["counting"],
): boolean {
  return total !== null && known !== null && total + (carried.total ?? 0) < known;
}

/** An earlier sidecar's session goes on: what it counted is added to what OBS tells now. */
export function continuedFrom(session: TrackedSession, output: Output): void {
  const { counts, counting } = session;
  const wasReset = isBehind(output, counts.total, counting);
  const isLess = (output.dropped_frames ?? 0) + (counting.carried.dropped ?? 0) <
    (counts.dropped ?? 0);
  const isFewer = (output.total_bytes ?? 0) + (counting.carried.bytes ?? 0) < (counts.bytes ?? 0);
  counting.carried = {
    total: wasReset ? counts.total : counting.carried.total,
    dropped: wasReset || isLess ? counts.dropped : counting.carried.dropped,
    bytes: isFewer ? counts.bytes : counting.carried.bytes,
    // A reconnect that goes on was counted when it began.
    reconnects: counts.reconnects - (counting.reconnecting && output.reconnecting ? 1 : 0),
    downtimeS: counts.downtimeS,
  };
}

/** A session as the tracker knows it, out of what was kept. */
export function restored(
  { session, uid, eveningUid, seenMs, counting }: KeptSession,
  fromWall: (wallMs: number) => number,
): TrackedSession {
  const state = counting ?? {
    figures: newFigures(),
    bytes: null,
    carried: nothing(),
    reconnecting: false,
    firing: {},
    lost: false,
    originMs: fromWall(0),
  };
  const moved = (at: number) => fromWall(state.originMs + at);
  const { parts, worst } = state.figures.worst;
  for (const part of parts) part.at = moved(part.at);
  if (worst !== null) worst.at = moved(worst.at);
  return {
    uid,
    eveningUid,
    outputId: session.output_id,
    name: session.name,
    platform: session.platform,
    startAt: fromWall(session.start_time),
    endAt: session.end_time === null ? null : fromWall(session.end_time),
    seenAt: fromWall(seenMs),
    ended: session.ended,
    counts: {
      total: session.total_frames,
      dropped: session.dropped_frames,
      bytes: state.bytes,
      reconnects: session.reconnects ?? 0,
      downtimeS: session.downtime_s ?? 0,
    },
    targetBitrateKbps: session.target_bitrate_kbps,
    errors: session.errors,
    warnings: session.warnings,
    counting: state,
  };
}
