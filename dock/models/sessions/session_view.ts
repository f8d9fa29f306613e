import type { AlertRecord } from "../../../shared/alert.ts";
import type { Report, ReportFinding } from "../../../shared/report.ts";
import type { Session } from "../../../shared/session.ts";
import { sessionVerdict } from "../../../shared/session_verdict.ts";
import type { ChartMark, Span } from "../chart_source.ts";
import {
  formatCelsius,
  formatCount,
  formatDate,
  formatPercent,
  formatRate,
  formatSpan,
  formatTimeOfDay,
  UNKNOWN,
} from "../format.ts";
import type { FigureView } from "../outputs.ts";
import { SEVERITIES } from "../../../shared/severity.ts";
import { severityTone, type Tone } from "../tone.ts";
import { withoutSince } from "../without_since.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

const ENDS: Record<NonNullable<Session["ended"]>, string> = {
  stopped: "",
  obs_crashed: "OBS went away",
  sidecar_stopped: "sidecar was stopped",
  machine_slept: "machine slept",
};

const CAUSES: Record<ReportFinding["cause"], string> = {
  network: "Network",
  gpu: "GPU",
  encoder: "Encoder",
  cpu: "CPU",
  memory: "Memory",
  disk: "Disk",
  audio: "Sound",
  obs: "OBS",
  sidecar: "Sidecar",
};

/** How a verdict looks. */
export const VERDICT_TONES: Record<Report["verdict"], Tone> = {
  good: "good",
  fair: "warning",
  bad: "bad",
};

/** One session on a line. */
export interface SessionRow {
  id: number;
  /** "Sat 2026-11-21". */
  day: string;
  /** "20:02–23:14"; "since 20:02" while it goes on. */
  time: string;
  isLive: boolean;
  tone: Tone;
  /** "1 error, 2 warnings"; "no alerts". */
  trouble: string;
  /** Names of the outputs. */
  name: string;
  /** "3 h 12 min". */
  duration: string;
  /** "0.4 % dropped". */
  lost: string;
  /** How it ended, where nobody stopped it; else empty. */
  ended: string;
}

/** "20:02": the time of day here, to the minute. */
export function formatMinute(unixMs: number): string {
  return formatTimeOfDay(unixMs).slice(0, 5);
}

/** "21:10–21:14"; one time where both are the same minute. */
export function formatTimes({ from, to }: Span): string {
  const [first, last] = [formatMinute(from), formatMinute(to)];
  return first === last ? first : `${first}–${last}`;
}

/** "Sat 2026-11-21". */
export function formatDay(unixMs: number): string {
  return `${DAYS[new Date(unixMs).getDay()]} ${formatDate(unixMs)}`;
}

/** From a session's begin to its end, or to now. */
export function spanOf({ start_time, end_time }: Session, nowMs: number): Span {
  return { from: start_time, to: Math.max(end_time ?? nowMs, start_time + 1000) };
}

/** A session on a line. */
export function sessionRow(session: Session): SessionRow {
  const { id, start_time, end_time, name, duration_s, errors, warnings, ended } = session;
  const isLive = end_time === null;
  return {
    id,
    day: formatDay(start_time),
    time: isLive
      ? `since ${formatMinute(start_time)}`
      : `${formatMinute(start_time)}–${formatMinute(end_time)}`,
    isLive,
    tone: VERDICT_TONES[sessionVerdict(session)],
    trouble: counted(errors, warnings),
    name,
    duration: formatSpan(duration_s),
    lost: `${formatPercent(share(session.dropped_frames, session.total_frames))} dropped`,
    ended: ended === null ? "" : ENDS[ended],
  };
}

/** "2 errors, 1 warning". */
function counted(errors: number, warnings: number): string {
  const some = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`];
  return [...some(errors, "error"), ...some(warnings, "warning")].join(", ") || "no alerts";
}

function share(part: number | null, whole: number | null): number | null {
  return part === null || !whole ? null : part / whole * 100;
}

/** A session's figures, in groups of three. */
export function sessionFigures(session: Session): FigureView[][] {
  const figure = (label: string, value: string): FigureView => ({ label, value, tone: "idle" });
  const mbps = (kbps: number | null): string => formatRate(kbps === null ? null : kbps / 1000);
  const { reconnects, downtime_s: downS, peak_gpu_temp: heat } = session;
  const lost = (part: number | null, whole: number | null): string =>
    `${formatCount(part)} · ${formatPercent(share(part, whole))}`;
  return [
    [
      figure("Dropped, network", lost(session.dropped_frames, session.total_frames)),
      figure("Lagged, GPU", lost(session.render_lagged_frames, session.render_total_frames)),
      figure(
        "Skipped, encoder",
        lost(session.encoder_skipped_frames, session.encoder_total_frames),
      ),
    ],
    [
      figure("Mean, Mb/s", mbps(session.avg_bitrate_kbps)),
      figure("Peak", mbps(session.peak_bitrate_kbps)),
      figure("Held 95 % of time", mbps(session.p5_bitrate_kbps)),
    ],
    [
      figure("Reconnects", formatCount(reconnects)),
      figure("Off air", downS === null ? UNKNOWN : formatSpan(downS)),
      figure("GPU peak", formatCelsius(heat)),
    ],
  ];
}

/** Trouble of a session, as the page lists it. */
export interface TroubleView {
  key: string;
  tone: Tone;
  label: string;
  /** When: "21:10–21:14". */
  times: string;
  text: string;
  remedy: string;
  span: Span;
}

/** A report's findings. */
export function findingViews({ findings }: Report): TroubleView[] {
  return findings.map(({ cause, severity, from, to, text, remedy }, index) => ({
    key: `${index} ${from}`,
    tone: severityTone(severity),
    label: CAUSES[cause],
    times: formatTimes({ from, to }),
    text: withoutHead(text, cause),
    remedy,
    span: { from, to },
  }));
}

/** A finding's text without its time and cause, where these stand beside it. */
function withoutHead(text: string, cause: ReportFinding["cause"]): string {
  const rest = text.replace(/^\d\d:\d\d(–\d\d:\d\d)?( \(\d+ times\))?: /, "");
  const label = `${CAUSES[cause]}: `;
  return rest.startsWith(label) ? rest.slice(label.length) : rest;
}

/** Alerts that were told, as the page lists them. */
export function troubleViews(alerts: readonly AlertRecord[], nowMs: number): TroubleView[] {
  return alerts.map((alert) => {
    const span = alertSpan(alert, nowMs);
    const lasting = `${alert.resolved_at === null ? "for" : "lasted"} ${
      formatSpan((span.to - span.from) / 1000)
    }`;
    return {
      key: alert.uid,
      tone: severityTone(alert.severity),
      label: alert.severity,
      times: `${formatMinute(span.from)}, ${lasting}`,
      text: withoutSince(alert.message),
      remedy: "",
      span,
    };
  });
}

/** When an alert's trouble was. */
export function alertSpan({ since, resolved_at }: AlertRecord, nowMs: number): Span {
  return { from: since, to: Math.max(since, resolved_at ?? nowMs) };
}

/** The times of alerts, as charts mark them. */
export function alertMarks(alerts: readonly AlertRecord[], nowMs: number): ChartMark[] {
  return alerts.map((alert) => {
    const tone = severityTone(alert.severity);
    return { ...alertSpan(alert, nowMs), tone: tone === "good" ? "idle" : tone };
  });
}

/** How near to trouble a moment is taken to be in it, in milliseconds. */
const NEAR_MS = 60_000;

/** What was at a moment, in words. */
export function momentText(
  atMs: number,
  { report, alerts, nowMs }: { report: Report; alerts: readonly AlertRecord[]; nowMs: number },
): string {
  const isNear = ({ from, to }: Span): boolean => from - NEAR_MS <= atMs && atMs <= to + NEAR_MS;
  const findings = report.findings.filter(isNear)
    .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  const texts = findings.length > 0
    ? findings.map(({ cause, text }) => `${CAUSES[cause]}: ${withoutHead(text, cause)}`)
    : alerts.filter((alert) => isNear(alertSpan(alert, nowMs))).map(({ message }) => message);
  return `${formatMinute(atMs)}: ${texts.join(" ") || "nothing wrong was seen."}`;
}
