import type { Report, ReportFinding } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import { droppedPercent, laggedPercent, skippedPercent } from "./figures.ts";

/**
 * Where a stream is no longer good, and where it is bad.
 * `lostPercent`: of its frames, for any of the three reasons; from 0.1 % on the overlay marks a
 * figure, and 1 % is the limit of OBS's own Stats dock, there for a minute.
 * `downtimeS`: seconds without a connection. `troubleS`: seconds of trouble that was an error.
 */
export const VERDICT_LIMITS = {
  fair: { lostPercent: 0.1 },
  bad: { lostPercent: 1, downtimeS: 60, troubleS: 300 },
} as const;

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
  const errors = findings.filter(({ severity }) => severity === "error");
  const troubleS = errors.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  const isBad = lost > bad.lostPercent || (session.downtime_s ?? 0) > bad.downtimeS ||
    troubleS > bad.troubleS || findings.some(({ severity }) => severity === "critical");
  if (isBad) return "bad";
  const isFair = lost > fair.lostPercent || (session.reconnects ?? 0) > 0 ||
    findings.some(({ severity }) => severity !== "info");
  return isFair ? "fair" : "good";
}
