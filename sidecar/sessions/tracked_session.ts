import type { Session } from "../../shared/session.ts";
import type { Severity } from "../../shared/severity.ts";
import type { FiguresState } from "./session_figures.ts";
import { summedFigures } from "./session_figures.ts";

/** Frames and bytes of an output, and its troubles with the connection. */
export interface OutputCounts {
  total: number | null;
  dropped: number | null;
  bytes: number | null;
  reconnects: number;
  downtimeS: number;
}

/** What was counted of an output's connections before the one that is up now. */
export type Carried = Record<"total" | "dropped" | "bytes", number>;

/** What is needed to go on counting, after a restart of the sidecar too; kept as JSON. */
export interface CountingState {
  figures: FiguresState;
  /** Bytes that were sent when this was last written. */
  bytes: number | null;
  /** The frames and bytes of the connections before the one that is up now, and what was counted then. */
  carried: OutputCounts;
  /** Whether it was reconnecting when it was last seen. */
  reconnecting: boolean;
  /** Alerts that fire, and how they were counted: as an error, a warning, or not at all. */
  firing: Record<string, "error" | "warning" | "none">;
  /** Whether OBS had gone without a word when this was last written. */
  lost: boolean;
  /** Unix milliseconds of the axis's 0 when this was last written. */
  originMs: number;
}

/** A session as the tracker knows it. Times are places on its axis. */
export interface TrackedSession {
  readonly uid: string;
  /** Of an output: its evening's uid. */
  readonly eveningUid: string | null;
  /** OBS's outputName; null for an evening. */
  readonly outputId: string | null;
  name: string;
  platform: string | null;
  startAt: number;
  endAt: number | null;
  /** When it was last seen live. */
  seenAt: number;
  ended: Session["ended"];
  counts: OutputCounts;
  targetBitrateKbps: number | null;
  errors: number;
  warnings: number;
  counting: CountingState;
}

/** A session as it is kept: with its names in the database, and what is needed to go on. */
export interface KeptSession {
  session: Session;
  uid: string;
  eveningUid: string | null;
  /** Unix milliseconds at which it was last seen live. */
  seenMs: number;
  /** Null for one that is over for good. */
  counting: CountingState | null;
}

/** What a session needs to be seen by others. */
export interface Outside {
  /** The Unix milliseconds of a place on the axis, by the clock as it is set now. */
  toWall(at: number): number;
  /** Number of a session in the database as it is now. */
  idOf(uid: string): number;
}

/** The session as others see it. Its notes are elsewhere. */
export function toSession(tracked: TrackedSession, { toWall, idOf }: Outside): Session {
  const { counts, counting } = tracked;
  const { worst_minute: worst, ...figures } = summedFigures(counting.figures);
  const start = Math.max(0, Math.round(toWall(tracked.startAt)));
  const end = tracked.endAt === null ? null : Math.max(start, Math.round(toWall(tracked.endAt)));
  return {
    id: idOf(tracked.uid),
    kind: tracked.outputId === null ? "evening" : "output",
    evening_id: tracked.eveningUid === null ? null : idOf(tracked.eveningUid),
    output_id: tracked.outputId,
    name: tracked.name,
    platform: tracked.platform,
    start_time: start,
    end_time: end,
    ended: tracked.ended,
    total_frames: counts.total,
    dropped_frames: counts.dropped,
    ...figures,
    target_bitrate_kbps: tracked.targetBitrateKbps,
    reconnects: counts.reconnects,
    downtime_s: counts.downtimeS,
    worst_minute: worst === null
      ? null
      : { ...worst, at: Math.max(start, Math.round(toWall(worst.at))) },
    errors: tracked.errors,
    warnings: tracked.warnings,
    notes: "",
  };
}

/**
 * The session as it is kept.
 * @param carried frames, drops and bytes of its connections before the one that is up now
 */
export function toKept(tracked: TrackedSession, { carried, ...outside }: Outside & {
  carried: Carried | null;
}): KeptSession {
  const { toWall } = outside;
  const { counts, counting, outputId, endAt } = tracked;
  const isOver = endAt !== null && outputId !== null;
  return {
    session: toSession(tracked, outside),
    uid: tracked.uid,
    eveningUid: tracked.eveningUid,
    seenMs: Math.round(toWall(tracked.seenAt)),
    counting: isOver ? null : {
      ...counting,
      bytes: counts.bytes,
      carried: {
        ...counting.carried,
        total: (counting.carried.total ?? 0) + (carried?.total ?? 0),
        dropped: (counting.carried.dropped ?? 0) + (carried?.dropped ?? 0),
        bytes: (counting.carried.bytes ?? 0) + (carried?.bytes ?? 0),
      },
      originMs: toWall(0),
    },
  };
}

/** How an alert of that severity counts. */
export function countedAs(severity: Severity): "error" | "warning" | "none" {
  if (severity === "error" || severity === "critical") return "error";
  return severity === "warning" ? "warning" : "none";
}
