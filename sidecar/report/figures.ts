/** The figures of a session that are compared with those of earlier ones. */
import type { Session } from "../../shared/session.ts";

/** A figure of a session. */
export interface SessionFigure {
  label: string;
  /** UCUM. */
  unit: string;
  better: "higher" | "lower";
  /** Smallest difference that anybody would notice, in the figure's unit or as a part of it. */
  least: { by: "amount" | "part"; value: number };
  /** Whether it says something only beside sessions with the same target bitrate. */
  ofTarget: boolean;
  /** Null if it is not known. */
  read(session: Session): number | null;
}

/** Percent of frames: what the overlay shows as no longer good. */
const LEAST_LOST = { by: "amount", value: 0.1 } as const;
const LEAST_BITRATE = { by: "part", value: 0.05 } as const;

/** All of them, in the order in which they are shown. */
export const SESSION_FIGURES: readonly SessionFigure[] = [
  {
    label: "Average bitrate",
    unit: "kbit/s",
    better: "higher",
    least: LEAST_BITRATE,
    ofTarget: true,
    read: ({ avg_bitrate_kbps }) => avg_bitrate_kbps,
  },
  {
    label: "Bitrate held for 95 % of the time",
    unit: "kbit/s",
    better: "higher",
    least: { by: "part", value: 0.1 },
    ofTarget: true,
    read: ({ p5_bitrate_kbps }) => p5_bitrate_kbps,
  },
  {
    label: "Frames dropped by the network",
    unit: "%",
    better: "lower",
    least: LEAST_LOST,
    ofTarget: false,
    read: droppedPercent,
  },
  {
    label: "Frames rendered too late",
    unit: "%",
    better: "lower",
    least: LEAST_LOST,
    ofTarget: false,
    read: laggedPercent,
  },
  {
    label: "Frames skipped by the encoder",
    unit: "%",
    better: "lower",
    least: LEAST_LOST,
    ofTarget: false,
    read: skippedPercent,
  },
  {
    label: "Lost connections an hour",
    unit: "/h",
    better: "lower",
    least: { by: "amount", value: 0.5 },
    ofTarget: false,
    read: ({ reconnects, duration_s }) =>
      reconnects === null || duration_s <= 0 ? null : reconnects / (duration_s / 3600),
  },
  {
    label: "Highest GPU temperature",
    unit: "Cel",
    better: "lower",
    least: { by: "amount", value: 3 },
    ofTarget: false,
    read: ({ peak_gpu_temp }) => peak_gpu_temp,
  },
];

/** Percent of the frames for the network that it dropped; null if it is not known. */
export function droppedPercent(
  session: Pick<Session, "dropped_frames" | "total_frames">,
): number | null {
  return part(session.dropped_frames, session.total_frames);
}

/** Percent of the frames that were rendered too late; null if it is not known. */
export function laggedPercent(session: Session): number | null {
  return part(session.render_lagged_frames, session.render_total_frames);
}

/** Percent of the frames that the encoder skipped; null if it is not known. */
export function skippedPercent(session: Session): number | null {
  return part(session.encoder_skipped_frames, session.encoder_total_frames);
}

/** The smallest difference of a figure that anybody would notice, at a given size of it. */
export function leastDifference({ least }: SessionFigure, size: number): number {
  return least.by === "amount" ? least.value : least.value * Math.abs(size);
}

/** Sessions shorter than this say nothing of an evening: somebody tried something out. */
const LEAST_DURATION_S = 300;

/** Part by which a target bitrate may differ and still be the same. */
const SAME_TARGET = 0.02;

/**
 * The earlier sessions that a session can be compared with in a figure, oldest first; at most ten.
 */
export function comparable(
  figure: SessionFigure,
  { session, earlier }: { session: Session; earlier: readonly Session[] },
): { value: number; session: Session }[] {
  return earlier
    .filter(({ id, end_time, duration_s, start_time }) =>
      id !== session.id && end_time !== null && duration_s >= LEAST_DURATION_S &&
      start_time <= session.start_time
    )
    .toSorted((a, b) => b.start_time - a.start_time)
    .slice(0, 10)
    .filter((other) => !figure.ofTarget || hasSameTarget(session, other))
    .flatMap((other) => {
      const value = known(figure.read(other));
      return value === null ? [] : [{ value, session: other }];
    })
    .reverse();
}

/** A figure of a session; null if it is not known, or the session too short to say. */
export function figureOf(figure: SessionFigure, session: Session): number | null {
  return session.duration_s < LEAST_DURATION_S ? null : known(figure.read(session));
}

function hasSameTarget(a: Session, b: Session): boolean {
  const [one, other] = [a.target_bitrate_kbps, b.target_bitrate_kbps];
  return one === null || other === null || Math.abs(one - other) <= SAME_TARGET * Math.abs(one);
}

function part(some: number | null, all: number | null): number | null {
  if (some === null || all === null || all <= 0) return null;
  return Math.min(100, Math.max(0, some / all * 100));
}

function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
