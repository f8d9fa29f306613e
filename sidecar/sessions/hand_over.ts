import type { Output } from "../../shared/telemetry.ts";
import { continuedFrom, isSameStream } from "./continue_session.ts";
import type { LiveSessions } from "./live_sessions.ts";
import { nothing } from "./output_counts.ts";
import type { OutputCounts } from "./tracked_session.ts";

/** What an earlier sidecar counted of a stream beyond what OBS tells of it. */
export interface HandedOver extends OutputCounts {
  /** Seconds since the stream began. */
  uptimeS: number;
}

/**
 * Hands over what an earlier sidecar counted of an output's stream. From then on the output's
 * figures are to contain it.
 * @param options.renderedFrames frames that OBS has rendered since its start; null if unknown
 * @param options.at place of this moment on the session clock
 * @returns null if it is not the stream of then, or nobody counted it
 */
export function handOver(
  live: LiveSessions,
  { output, renderedFrames, at }: { output: Output; renderedFrames: number | null; at: number },
): HandedOver | null {
  const session = live.unsure(output.id);
  if (session === null) return null;
  const awayMs = Math.max(1, at - session.seenAt);
  if (isSameStream(session, { output, renderedFrames, awayMs }) !== null) return null;
  continuedFrom(session, output);
  const { carried } = session.counting;
  session.counting.carried = nothing();
  live.makeSure(session);
  return { ...carried, uptimeS: (at - session.startAt) / 1000 };
}
