import type { AlertRecord } from "../../shared/alert.ts";
import type { HistoryPoint } from "../../shared/api.ts";
import type { Session, SessionDetail } from "../../shared/session.ts";
import { cleanText } from "../../shared/text.ts";
import { droppedPercent } from "./figures.ts";
import type { Span } from "./spans.ts";
import { median } from "./statistics.ts";

/** What a report is made from: everything else that is known of a session, and what was before. */
export interface ReportInput extends Omit<SessionDetail, "report"> {
  /** Sessions before it, of the same kind and platform; newest first. */
  earlier: readonly Session[];
}

/** An output of the session. */
export interface OutputEvidence {
  id: string;
  name: string;
  /** When it was live. */
  lives: readonly Span[];
  /** What it sends when all is well: its target, else what it usually was; null if unknown. */
  fullKbps: number | null;
  /** Of all frames while it was live; null if it is not known. */
  droppedPercent: number | null;
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

/** Points of each figure that this is told from. */
const STEPS_LOOKED_AT = 60;

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
      this.#points.set(metric, points.slice(placeOf(points, from), placeOf(points, to)));
    }
    this.outputs = outputsOf(session.kind === "output" ? [session] : outputs, {
      whole: this.span,
      bitrates: (id) => this.points(outputPath(id, "bitrate_kbps")).map(([, , mean]) => mean),
    });
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
    const points = this.pointsIn(metric, { from: from - this.stepMs + 1, to });
    if (points.length === 0) return null;
    const level = { min: Infinity, mean: 0, max: -Infinity };
    for (const [, min, mean, max] of points) {
      level.min = Math.min(level.min, min);
      level.mean += mean;
      level.max = Math.max(level.max, max);
    }
    return { ...level, mean: level.mean / points.length };
  }

  /** A figure's points that begin in a stretch of time. */
  pointsIn(metric: string, { from, to }: Span): readonly HistoryPoint[] {
    const points = this.points(metric);
    return points.slice(placeOf(points, from), placeOf(points, to));
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

/** Points that make sense, oldest first; most are so already. */
function usable(points: readonly HistoryPoint[]): readonly HistoryPoint[] {
  let last = -Infinity;
  for (const [at, min, mean, max] of points) {
    // One that is not finite makes the sum so.
    if (at < last || !Number.isFinite(at + min + mean + max)) return mended(points);
    last = at;
  }
  return points;
}

function mended(points: readonly HistoryPoint[]): HistoryPoint[] {
  return points
    .filter((point) => point.every((value) => Number.isFinite(value)))
    .toSorted(([a], [b]) => a - b);
}

/** Place of the first point that does not begin before a moment. */
function placeOf(points: readonly HistoryPoint[], ms: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Usual time between two points; the first ones of each figure tell. */
function stepOf(all: readonly (readonly HistoryPoint[])[]): number {
  const steps = all.flatMap((points) =>
    points.slice(1, STEPS_LOOKED_AT).map(([at], index) => at - (points[index]?.[0] ?? at))
      .filter((step) => step > 0)
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
function outputsOf(
  sessions: readonly Session[],
  { whole, bitrates }: { whole: Span; bitrates(id: string): number[] },
): OutputEvidence[] {
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
    fullKbps: fullBitrate(
      own.reduce<number | null>((target, one) => one.target_bitrate_kbps ?? target, null),
      bitrates(id),
    ),
    droppedPercent: droppedPercent({
      dropped_frames: sumOf(own, ({ dropped_frames }) => dropped_frames),
      total_frames: sumOf(own, ({ total_frames }) => total_frames),
    }),
    reconnects: own.reduce((sum, { reconnects }) => sum + (reconnects ?? 0), 0),
    downtimeS: own.reduce((sum, { downtime_s }) => sum + (downtime_s ?? 0), 0),
  }));
}

/** Null if one of them is not known. */
function sumOf(
  sessions: readonly Session[],
  read: (session: Session) => number | null,
): number | null {
  return sessions.reduce<number | null>((sum, session) => {
    const value = read(session);
    return sum === null || value === null ? null : sum + value;
  }, 0);
}

function fullBitrate(targetKbps: number | null, sentKbps: readonly number[]): number | null {
  const sorted = Float64Array.from(sentKbps.filter((kbps) => kbps > 0)).sort();
  // The upper quarter: a stream that was held down half of the time is measured by its other half.
  const usual = sorted[Math.floor(sorted.length * 0.75)] ?? null;
  if (targetKbps === null || targetKbps <= 0) return usual;
  // An encoder may stay below its target all evening.
  return usual === null ? targetKbps : Math.min(targetKbps, Math.max(usual, targetKbps * 0.5));
}
