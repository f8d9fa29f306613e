import type { AlertRecord } from "../../shared/alert.ts";
import type { History, HistoryPoint } from "../../shared/api.ts";
import type { Session } from "../../shared/session.ts";
import { cleanText } from "../../shared/text.ts";
import type { Span } from "./spans.ts";
import { median } from "./statistics.ts";

/** What a report is made from. */
export interface ReportInput {
  session: Session;
  /** Of an evening: its outputs. */
  outputs: readonly Session[];
  /** Alerts of its time. */
  alerts: readonly AlertRecord[];
  /** Figures of its time, by their dotted paths in bridge.json. */
  series: readonly History[];
  /** Sessions before it, of the same kind and platform; newest first. */
  earlier: readonly Session[];
}

/** An output of the session. */
export interface OutputEvidence {
  id: string;
  name: string;
  /** When it was live. */
  lives: readonly Span[];
  targetKbps: number | null;
  reconnects: number;
  downtimeS: number;
}

/** A figure over a stretch of time. */
export interface Level {
  min: number;
  mean: number;
  max: number;
}

/** Time that a point stands for, where the figures do not tell. */
const USUAL_STEP_MS = 10_000;

/** What is known of a session, made ready to be asked. */
export class Evidence {
  /** The session; one that goes on lasts until its last figure. */
  readonly span: Span;
  /** Time that a point stands for. */
  readonly stepMs: number;
  readonly session: Session;
  readonly outputs: readonly OutputEvidence[];
  /** Alerts that were told, within the session. */
  readonly alerts: readonly (AlertRecord & { span: Span })[];
  readonly #points = new Map<string, readonly HistoryPoint[]>();

  constructor({ session, outputs, alerts, series }: ReportInput) {
    this.session = session;
    const known = series.map(({ metric, points }) => [metric, usable(points)] as const);
    this.stepMs = stepOf(known.map(([, points]) => points));
    this.span = sessionSpan({ session, alerts, known, stepMs: this.stepMs });
    const { from, to } = this.span;
    for (const [metric, points] of known) {
      this.#points.set(metric, points.filter(([at]) => at >= from && at < to));
    }
    this.outputs = outputsOf(session.kind === "output" ? [session] : outputs, this.span);
    this.alerts = alerts
      .filter(({ fired_at }) => fired_at !== null)
      .filter(({ since, resolved_at }) => since <= to && (resolved_at ?? to) >= from)
      .map((alert) => ({
        ...alert,
        span: this.within({ from: alert.since, to: alert.resolved_at ?? to }),
      }))
      .toSorted((a, b) => a.since - b.since);
  }

  /** Paths of the figures that there is at least one point of. */
  get metrics(): string[] {
    return [...this.#points].filter(([, points]) => points.length > 0).map(([path]) => path);
  }

  /** A figure's points within the session, oldest first; none if it is not known. */
  points(metric: string): readonly HistoryPoint[] {
    return this.#points.get(metric) ?? [];
  }

  /** A figure over a stretch of time; null if it is not known. */
  over(metric: string, { from, to }: Span): Level | null {
    const points = this.points(metric).filter(([at]) => at + this.stepMs > from && at < to);
    return points.length === 0 ? null : {
      min: points.reduce((least, [, min]) => Math.min(least, min), Infinity),
      mean: points.reduce((sum, [, , mean]) => sum + mean, 0) / points.length,
      max: points.reduce((most, [, , , max]) => Math.max(most, max), -Infinity),
    };
  }

  /** What a figure usually was in this session; null if it is not known. */
  usual(metric: string): number | null {
    return median(this.points(metric).map(([, , mean]) => mean));
  }

  /** The part of a stretch that lies within the session, in whole milliseconds. */
  within({ from, to }: Span): Span {
    const into = (ms: number) => Math.round(Math.min(this.span.to, Math.max(this.span.from, ms)));
    const begin = into(from);
    return { from: begin, to: Math.max(begin, into(to)) };
  }
}

/** Dotted path of an output's figure. */
export function outputPath(
  id: string,
  figure: "bitrate_kbps" | "recent_drop_percentage" | "congestion",
): string {
  return `obs.outputs.${id}.${figure}`;
}

function usable(points: readonly HistoryPoint[]): HistoryPoint[] {
  return points
    .filter((point) => point.every((value) => Number.isFinite(value)))
    .toSorted(([a], [b]) => a - b);
}

function stepOf(all: readonly (readonly HistoryPoint[])[]): number {
  const steps = all.flatMap((points) =>
    points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at)).filter((step) => step > 0)
  );
  return Math.max(1000, median(steps) ?? USUAL_STEP_MS);
}

function sessionSpan(
  { session, alerts, known, stepMs }: {
    session: Session;
    alerts: readonly AlertRecord[];
    known: readonly (readonly [string, readonly HistoryPoint[]])[];
    stepMs: number;
  },
): Span {
  const from = session.start_time;
  let to = session.end_time ?? from + session.duration_s * 1000;
  if (session.end_time === null) {
    for (const [, points] of known) to = Math.max(to, (points.at(-1)?.[0] ?? from) + stepMs);
    for (const { since, resolved_at } of alerts) to = Math.max(to, since, resolved_at ?? since);
  }
  return { from, to: Math.max(from, Math.round(to)) };
}

/** The outputs; one that was live several times in an evening is one. */
function outputsOf(sessions: readonly Session[], whole: Span): OutputEvidence[] {
  const byId = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.output_id === null) continue;
    byId.set(session.output_id, [...byId.get(session.output_id) ?? [], session]);
  }
  return [...byId].map(([id, own]) => ({
    id,
    name: cleanText(own[0]?.name ?? "") || cleanText(id) || "an output",
    lives: own.map(({ start_time, end_time }) => ({
      from: start_time,
      to: end_time ?? whole.to,
    })),
    targetKbps: own.reduce<number | null>(
      (target, { target_bitrate_kbps }) => target_bitrate_kbps ?? target,
      null,
    ),
    reconnects: own.reduce((sum, { reconnects }) => sum + (reconnects ?? 0), 0),
    downtimeS: own.reduce((sum, { downtime_s }) => sum + (downtime_s ?? 0), 0),
  }));
}
