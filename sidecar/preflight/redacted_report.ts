import type { Finding, PreflightReport } from "../../shared/preflight.ts";
import type { Redactor } from "../log/redactor.ts";

/**
 * The report with every known secret taken out of its sentences: what is said of servers can repeat
 * what they were sent.
 */
export function redactedReport(
  report: PreflightReport,
  redactor: Pick<Redactor, "redact">,
): PreflightReport {
  const safe = (text: string | null) => text === null ? null : redactor.redact(text);
  const finding = ({ status, seen, expected, remedy }: Finding): Finding => ({
    status,
    seen: redactor.redact(seen),
    expected: safe(expected),
    remedy: safe(remedy),
  });
  return {
    ...report,
    stopped: safe(report.stopped),
    checks: report.checks.map((check) => ({
      ...check,
      progress: safe(check.progress),
      findings: check.findings.map(finding),
    })),
  };
}
