import type { Cause, Report, ReportFinding } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import { sessionVerdict } from "../../shared/session_verdict.ts";

/** Seconds of trouble that was an error and that viewers saw or heard, from which on it is bad. */
const BAD_TROUBLE_S = 300;

/** What viewers see or hear. A full disk is the streamer's own trouble. */
const SEEN_BY_VIEWERS: ReadonlySet<Cause> = new Set(["network", "gpu", "encoder", "audio", "obs"]);

/** How a session went. What the sidecar itself missed does not count. */
export function verdictOf(
  session: Session,
  findings: readonly ReportFinding[],
): Report["verdict"] {
  const figures = sessionVerdict(session);
  const errors = findings.filter(({ severity, cause }) =>
    severity === "error" && SEEN_BY_VIEWERS.has(cause)
  );
  const troubleS = errors.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  const isBad = troubleS > BAD_TROUBLE_S ||
    findings.some(({ severity }) => severity === "critical");
  if (figures === "bad" || isBad) return "bad";
  const isFair = findings.some(({ severity }) => severity !== "info");
  return figures === "fair" || isFair ? "fair" : "good";
}
