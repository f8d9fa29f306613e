import type { Report, ReportFinding } from "../../shared/report.ts";
import { SEVERITIES } from "../../shared/severity.ts";
import { withAlerts } from "./alert_findings.ts";
import { compare } from "./comparison.ts";
import { Evidence, type ReportInput } from "./evidence.ts";
import { findBusyCpu, findFullDisk, findHotGpu } from "./machine_findings.ts";
import { findNetworkTrouble } from "./network_findings.ts";
import { findEncoderSkips, findRenderLag } from "./picture_findings.ts";
import { findBadEnd, findGaps, findWorstMinute } from "./session_findings.ts";
import { overlap } from "./spans.ts";
import { isKnown, summaryOf } from "./summary.ts";
import { findTrends } from "./trends.ts";
import type { Detector } from "./trouble.ts";
import { verdictOf } from "./verdict.ts";
import { type FormatTime, localTime } from "./words.ts";

/** What finds trouble by itself. */
const DETECTORS: readonly Detector[] = [
  findNetworkTrouble,
  findRenderLag,
  findEncoderSkips,
  findFullDisk,
  findBadEnd,
];

/** What is told only where nothing else told of it. */
const SUPPLEMENTS: readonly Detector[] = [findHotGpu, findBusyCpu, findWorstMinute, findGaps];

/** How far from a finding the same trouble still belongs to it. */
const NEAR_MS = 90_000;

/** Findings that anybody reads; the mildest of more are left out. */
const MOST_FINDINGS = 40;

/**
 * A session's post-mortem: what went wrong, when and why, in words; how it compares with earlier
 * ones; what changes over them. Pure: the same session gives the same report. What is not known is
 * left out.
 * @param options.formatTime how times of day are written; the machine's local time without it
 */
export function makeReport(
  input: ReportInput,
  { formatTime = localTime }: { formatTime?: FormatTime } = {},
): Report {
  const evidence = new Evidence(input);
  const findings = findTrouble(evidence, formatTime);
  const isBlank = !isKnown(evidence) && findings.length === 0;
  const verdict = isBlank ? "fair" : verdictOf(input.session, findings);
  return {
    summary: summaryOf(evidence, { verdict, findings }, formatTime),
    verdict,
    findings,
    comparison: compare(input.session, input.earlier),
    trends: findTrends(input.session, input.earlier),
  };
}

function findTrouble(evidence: Evidence, formatTime: FormatTime): ReportFinding[] {
  const found = DETECTORS.flatMap((detect) => detect(evidence, formatTime));
  const all = withAlerts(found, evidence, formatTime);
  for (const detect of SUPPLEMENTS) {
    const more = detect(evidence, formatTime);
    all.push(...more.filter((finding) => !all.some((told) => tells(told, finding))));
  }
  const rank = ({ severity }: ReportFinding) => SEVERITIES.indexOf(severity);
  return all
    .map((finding) => ({ ...finding, ...evidence.within(finding) }))
    .toSorted((a, b) => rank(b) - rank(a))
    .slice(0, MOST_FINDINGS)
    .toSorted((a, b) => a.from - b.from || a.to - b.to || rank(b) - rank(a));
}

function tells(told: ReportFinding, finding: ReportFinding): boolean {
  return overlap(told, finding, NEAR_MS) &&
    (told.cause === finding.cause || finding.metrics.some((path) => told.metrics.includes(path)));
}
