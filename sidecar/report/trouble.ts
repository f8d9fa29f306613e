import type { ReportFinding } from "../../shared/report.ts";
import { SEVERITIES, type Severity } from "../../shared/severity.ts";
import type { Evidence } from "./evidence.ts";
import type { FormatTime } from "./words.ts";

/** Finds one kind of trouble in what is known of a session. Pure. */
export type Detector = (evidence: Evidence, formatTime: FormatTime) => ReportFinding[];

/** Percent of a minute's frames whose loss is a warning, and an error: OBS's own limits. */
export const LOST_PERCENT = { warning: 1, error: 5 } as const;

/** How bad the loss of so many percent of a minute's frames is. */
export function lossSeverity(percent: number): Severity {
  return percent > LOST_PERCENT.error ? "error" : "warning";
}

/** The worse of the two. */
export function worse(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}
