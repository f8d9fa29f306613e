import type { AlertRecord } from "../../shared/alert.ts";
import type { History } from "../../shared/api.ts";
import type { Session, SessionDetail } from "../../shared/session.ts";
import type { HistoryQuery, HistorySource } from "../history/history_source.ts";
import type { FoundSession } from "./session_reader.ts";
import { sessionMetrics, spanOf } from "./session_series.ts";

/** Earlier sessions that one is compared with. */
const COMPARED_SESSIONS = 10;

/** Points of each figure that a report goes by: one for 10 s of four hours. */
const REPORT_POINTS = 1440;

/** Where what is known of a session comes from. */
export interface DetailSources {
  /** Alerts that were told and were there in a span of Unix milliseconds. */
  alertsBetween(fromMs: number, toMs: number): readonly AlertRecord[];
  /** Up to so many sessions of the same kind and platform before it, newest first. */
  earlier(session: Session, limit: number): Session[];
  series: HistorySource;
}

/** How much is wanted. */
export interface DetailOptions {
  sources: DetailSources;
  /** Until when a session that goes on is told. */
  nowMs: number;
  /** Most points of each series; 0 for a report alone. */
  points: number;
}

/** A session with everything that is known of it, and its report. */
export async function sessionDetail(
  { session, outputs }: FoundSession,
  { sources, nowMs, points }: DetailOptions,
): Promise<SessionDetail> {
  const span = spanOf(session, nowMs);
  const alerts = [...sources.alertsBetween(span.fromMs, span.toMs)]
    .toSorted((a, b) => a.since - b.since);
  const read = async (points: number) => {
    const series: History[] = [];
    const query: HistoryQuery = { ...span, points };
    for (const metric of sessionMetrics(session, outputs)) {
      const figures = await sources.series.read(metric, query);
      if (figures !== null && figures.points.length > 0) series.push(figures);
    }
    return series;
  };
  const fine = await read(REPORT_POINTS);
  const { makeReport } = await import("../report/make_report.ts");
  const earlier = sources.earlier(session, COMPARED_SESSIONS);
  const report = makeReport({ session, outputs, alerts, series: fine, earlier });
  const series = points === 0 ? [] : points === REPORT_POINTS ? fine : await read(points);
  return { session, outputs, alerts, series, report };
}
