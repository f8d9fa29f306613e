import type { Report } from "./report.ts";
import type { Session } from "./session.ts";

/**
 * Where a stream is no longer good, and where it is bad.
 * `lostPercent`: of its frames, for any of the three reasons; from 0.1 % on the overlay marks a
 * figure, and 1 % is the limit of OBS's own Stats dock, there for a minute.
 * `downtimeS`: seconds without a connection.
 */
const LIMITS = {
  fair: { lostPercent: 0.1 },
  bad: { lostPercent: 1, downtimeS: 60 },
} as const;

/** How a session went by its own figures; what happened when may make it worse. */
export function sessionVerdict(session: Session): Report["verdict"] {
  const lost = Math.max(
    percent(session.dropped_frames, session.total_frames),
    percent(session.render_lagged_frames, session.render_total_frames),
    percent(session.encoder_skipped_frames, session.encoder_total_frames),
  );
  const isCrash = session.ended === "obs_crashed";
  const isBad = lost > LIMITS.bad.lostPercent || isCrash ||
    (session.downtime_s ?? 0) > LIMITS.bad.downtimeS;
  if (isBad) return "bad";
  const isFair = lost > LIMITS.fair.lostPercent || (session.reconnects ?? 0) > 0 ||
    session.errors + session.warnings > 0 || session.ended === "machine_slept";
  return isFair ? "fair" : "good";
}

function percent(part: number | null, whole: number | null): number {
  return part === null || !whole ? 0 : part / whole * 100;
}
