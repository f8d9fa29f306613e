/** What alerts told and the figures do not show: a finding each. */
import type { AlertRecord } from "../../shared/alert.ts";
import type { Cause, ReportFinding } from "../../shared/report.ts";
import { cleanText } from "../../shared/text.ts";
import { outputMetric } from "../history/metrics.ts";
import type { Evidence } from "./evidence.ts";
import { clusters, overlap, type Span } from "./spans.ts";
import { worse } from "./trouble.ts";
import { capital, spanWords, timesWords } from "./words.ts";

/** What rules tell of, by how their ids begin. */
const CAUSES_OF_RULES: readonly (readonly [RegExp, Cause])[] = [
  [/^(network|bitrate|congestion|reconnect|latency)/, "network"],
  [/^(audio|silence|mute)/, "audio"],
  [/^(disk|record)/, "disk"],
  [/^(render|low_fps|frame_time|gpu|vram)/, "gpu"],
  [/^encoder/, "encoder"],
  [/^cpu/, "cpu"],
  [/^memory/, "memory"],
  [/^(obs|output)/, "obs"],
  [/^(collector|sidecar|backend|otlp|grafana|metrics)/, "sidecar"],
];

/** What figures tell of, by how their paths begin; for rules of another name. */
const CAUSES_OF_FIGURES: readonly (readonly [RegExp, Cause])[] = [
  [/^obs\.(outputs|recent_drop)|^network\./, "network"],
  [/^obs\.(recent_)?encoder/, "encoder"],
  [/^obs\.(active_fps|(recent_)?render)|^system\.gpu/, "gpu"],
  [/^system\.(disk|record)/, "disk"],
  [/^system\.memory/, "memory"],
  [/^system\.cpu/, "cpu"],
  [/^obs\./, "obs"],
];

/** How far from a finding an alert of the same cause still belongs to it. */
const NEAR_MS = 90_000;

/** Longest text of an alert that is passed on. */
const MAX_TEXT = 300;

type SpannedAlert = Evidence["alerts"][number];

/**
 * The findings of the figures, with what alerts know better: an alert of the same cause and time
 * makes its finding as bad as itself, any other one becomes a finding.
 */
export function withAlerts(
  found: readonly ReportFinding[],
  evidence: Evidence,
  formatTime: (ms: number) => string,
): ReportFinding[] {
  const findings = [...found];
  const alone = new Map<string, SpannedAlert[]>();
  for (const alert of evidence.alerts) {
    const place = findings.findIndex((finding) => tellsOf(finding, alert));
    const finding = findings[place];
    if (finding !== undefined) {
      findings[place] = { ...finding, severity: worse(finding.severity, alert.severity) };
    } else alone.set(alert.id, [...alone.get(alert.id) ?? [], alert]);
  }
  return [
    ...findings,
    ...[...alone.values()].flatMap((alerts) =>
      clusters(alerts.map((alert) => ({ ...alert.span, alert })))
        .map(({ from, to, parts }) =>
          findingOf(parts.map(({ alert }) => alert), { span: { from, to }, formatTime })
        )
    ),
  ];
}

/** What an alert's trouble came from. */
function causeOfAlert({ id, metric }: Pick<AlertRecord, "id" | "metric">): Cause {
  const known = CAUSES_OF_RULES.find(([pattern]) => pattern.test(id)) ??
    CAUSES_OF_FIGURES.find(([pattern]) => pattern.test(metric ?? ""));
  return known?.[1] ?? "sidecar";
}

function tellsOf(finding: ReportFinding, alert: SpannedAlert): boolean {
  if (!overlap(finding, alert.span, NEAR_MS)) return false;
  const cause = causeOfAlert(alert);
  // A busy processor or a hot card is in the text of the frames that it cost.
  const isTold = finding.cause === cause ||
    (alert.metric !== null && finding.metrics.includes(alert.metric));
  if (!isTold) return false;
  const output = outputMetric(alert.metric ?? "");
  if (cause !== "network" || output === null || !alert.id.includes(":")) return true;
  return finding.metrics.some((path) => (outputMetric(path)?.id ?? output.id) === output.id);
}

function findingOf(
  alerts: readonly SpannedAlert[],
  { span, formatTime }: { span: Span; formatTime: (ms: number) => string },
): ReportFinding {
  const [first] = alerts;
  const worst = alerts.reduce(
    (most, alert) => worse(most.severity, alert.severity) === most.severity ? most : alert,
    first ?? NOTHING,
  );
  const { text, remedy } = partsOf(worst.message);
  const times = alerts.length > 1 ? ` (${timesWords(alerts.length)})` : "";
  return {
    cause: causeOfAlert(worst),
    severity: worst.severity,
    ...span,
    text: `${spanWords(span, formatTime)}${times}: ${text}`,
    remedy,
    metrics: worst.metric === null ? [] : [worst.metric],
  };
}

const NOTHING = { severity: "info", id: "", message: "", metric: null } as const;

/** A message's first sentence, which says what, and the others, which say what to do. */
function partsOf(message: string): { text: string; remedy: string } {
  const clean = cleanText(message, MAX_TEXT).replace(
    /^(Network|GPU|Encoder|Disk|Audio|Sound|OBS): /,
    "",
  );
  const [text = "", ...rest] = clean.split(/(?<=[.!?])\s+(?=\p{Lu})/u);
  return { text: capital(text), remedy: rest.join(" ") };
}
