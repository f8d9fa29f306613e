import type { Cause, Report, ReportFinding } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import { droppedPercent, laggedPercent, skippedPercent } from "./figures.ts";

/**
 * Where a stream is no longer good, and where it is bad.
 * `lostPercent`: of its frames, for any of the three reasons; from 0.1 % on the overlay marks a
 * figure, and 1 % is the limit of OBS's own Stats dock, there for a minute.
 * `downtimeS`: seconds without a connection. `troubleS`: seconds of trouble that was an error and
 * that viewers saw or heard.
 */
export const VERDICT_LIMITS = {
  fair: { lostPercent: 0.1 },
  bad: { lostPercent: 1, downtimeS: 60, troubleS: 300 },
} as const;

/** What viewers see or hear. A full disk is the streamer's own trouble. */
const SEEN_BY_VIEWERS: ReadonlySet<Cause> = new Set(["network", "gpu", "encoder", "audio", "obs"]);

/** How a session went. What the sidecar itself missed does not count. */
export function verdictOf(
  session: Session,
  findings: readonly ReportFinding[],
): Report["verdict"] {
  const { fair, bad } = VERDICT_LIMITS;
  const lost = Math.max(
    droppedPercent(session) ?? 0,
    laggedPercent(session) ?? 0,
    skippedPercent(session) ?? 0,
  );
  const errors = findings.filter(({ severity, cause }) =>
    severity === "error" && SEEN_BY_VIEWERS.has(cause)
  );
  const troubleS = errors.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  const isBad = lost > bad.lostPercent || (session.downtime_s ?? 0) > bad.downtimeS ||
    troubleS > bad.troubleS || findings.some(({ severity }) => severity === "critical");
  if (isBad) return "bad";
  const isFair = lost > fair.lostPercent || (session.reconnects ?? 0) > 0 ||
    findings.some(({ severity }) => severity !== "info");
  return isFair ? "fair" : "good";
}
