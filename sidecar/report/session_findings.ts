/** What a session's own figures and its end tell, and the time that nobody watched. */
import type { HistoryPoint } from "../../shared/api.ts";
import type { ReportFinding } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import { durationWords } from "../time/duration_words.ts";
import type { Evidence } from "./evidence.ts";
import { clusters, type Span } from "./spans.ts";
import { type Detector, lossSeverity, LOST_PERCENT } from "./trouble.ts";
import { percentWords, spanWords } from "./words.ts";

/** Shorter gaps are a restart of the sidecar. */
const LEAST_GAP_MS = 60_000;

const LOST_PATHS = {
  network: "obs.recent_drop_percentage",
  gpu: "obs.recent_render_lagged_percentage",
  encoder: "obs.recent_encoder_skipped_percentage",
} as const;

const LOST_WORDS = {
  network: "were dropped by the network",
  gpu: "were rendered too late",
  encoder: "were skipped by the encoder",
} as const;

const LOST_REMEDIES = {
  network: "Lower the bitrate, or use a cable in place of Wi-Fi.",
  gpu: "Cap the game's frame rate, or lower its graphics settings.",
  encoder: "Choose a faster preset, a hardware encoder, or a lower resolution.",
} as const;

/** Tells of a stream that did not end as its user wanted. */
export const findBadEnd: Detector = (evidence, formatTime) => {
  const { session, span: { to } } = evidence;
  const told = session.ended === null ? undefined : ENDS[session.ended];
  if (told === undefined) return [];
  const { text, ...rest } = told;
  return [{ ...rest, from: to, to, text: `${formatTime(to)}: ${text}`, metrics: [] }];
};

const ENDS: Readonly<
  Partial<
    Record<
      NonNullable<Session["ended"]>,
      Pick<ReportFinding, "cause" | "severity" | "text" | "remedy">
    >
  >
> = {
  obs_crashed: {
    cause: "obs",
    severity: "critical",
    text: "OBS went away in the middle of the stream: it crashed or was killed.",
    remedy:
      "Update OBS, its plugins and the graphics driver. Help > Crash Reports in OBS has more.",
  },
  machine_slept: {
    cause: "sidecar",
    severity: "warning",
    text: "The PC went to sleep in the middle of the stream.",
    remedy: "Turn off sleep in the power settings while you stream.",
  },
  sidecar_stopped: {
    cause: "sidecar",
    severity: "info",
    text: "The sidecar stopped while the stream went on: what came after is not known.",
    remedy: "Leave the sidecar running until the stream has ended.",
  },
};

/** Tells of the time within the session that no figures are known of. */
export const findGaps: Detector = (evidence, formatTime) => {
  const gaps = gapsIn(evidence);
  return clusters(gaps, LEAST_GAP_MS).map((cluster): ReportFinding => {
    const span = evidence.within(cluster);
    const seconds = cluster.parts.reduce((sum, part) => sum + (part.to - part.from) / 1000, 0);
    return {
      cause: "sidecar",
      severity: "info",
      ...span,
      text: `${spanWords(span, formatTime)}: Nobody watched for ${durationWords(seconds)}: the ` +
        "sidecar did not run, or the PC slept.",
      remedy: "Leave the sidecar running while you stream.",
      metrics: [],
    };
  });
};

/** Tells of the worst minute by the session's figures; for sessions whose series are gone. */
export const findWorstMinute: Detector = (evidence, formatTime) => {
  const { session: { worst_minute: worst }, span } = evidence;
  if (worst === null || worst.lost_percentage <= LOST_PERCENT.warning) return [];
  const minute = evidence.within({ from: worst.at, to: worst.at + 60_000 });
  if (minute.to < span.from) return [];
  return [{
    cause: worst.cause,
    severity: lossSeverity(worst.lost_percentage),
    ...minute,
    text:
      `${spanWords(minute, formatTime)}: ${percentWords(worst.lost_percentage)} of the frames ` +
      `${LOST_WORDS[worst.cause]}.`,
    remedy: LOST_REMEDIES[worst.cause],
    metrics: [LOST_PATHS[worst.cause]],
  }];
};

/** Stretches of the session without a point of any figure; none if there are no figures at all. */
function gapsIn(evidence: Evidence): Span[] {
  const { metrics, stepMs, span } = evidence;
  const leastMs = Math.max(LEAST_GAP_MS, stepMs * 3);
  let gaps: Span[] = metrics.length === 0 ? [] : [span];
  for (const metric of metrics) {
    gaps = gaps.flatMap((gap) =>
      uncovered(gap, evidence.pointsIn(metric, { from: gap.from - stepMs, to: gap.to }), stepMs)
    ).filter(({ from, to }) => to - from >= leastMs);
    if (gaps.length === 0) break;
  }
  return gaps;
}

/** The parts of a stretch that no point stands for. */
function uncovered(gap: Span, points: readonly HistoryPoint[], stepMs: number): Span[] {
  const parts: Span[] = [];
  let seenTo = gap.from;
  for (const [at] of points) {
    if (at > seenTo) parts.push({ from: seenTo, to: at });
    seenTo = Math.max(seenTo, at + stepMs);
  }
  return gap.to > seenTo ? [...parts, { from: seenTo, to: gap.to }] : parts;
}
