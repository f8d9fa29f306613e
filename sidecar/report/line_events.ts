/** What an output's way to its platform did: frames dropped, a bitrate held down, a lost line. */
import type { HistoryPoint } from "../../shared/api.ts";
import { outputMetric } from "../history/metrics.ts";
import { type Evidence, type OutputEvidence, outputPath } from "./evidence.ts";
import { badRuns, type Loss, losses, overlap, type Span } from "./spans.ts";
import { LOST_PERCENT } from "./trouble.ts";

/** One output's trouble with its line. */
export type LineEvent =
  & Span
  & { output: OutputEvidence }
  & (
    | { kind: "drops"; loss: Loss }
    /** The bitrate was held down and no frame was lost: OBS's Dynamic Bitrate. */
    | { kind: "lowered" }
    /** The send queue was full and nothing was lost. */
    | { kind: "queue" }
    /** The bitrate was low and nothing tells why. */
    | { kind: "low" }
    /** The connection was lost. */
    | { kind: "lost"; seconds: number; count: number }
  );

/** Part of the send queue above which it is told; the rules' own default. */
export const FULL_QUEUE = 0.5;

/**
 * Part of the send queue that shows that the line does not take what is sent. OBS lowers a dynamic
 * bitrate from 200 of the queue's 700 ms on (obs-studio, plugins/obs-outputs/rtmp-stream.c,
 * DBR_TRIGGER_MS), so that the queue never gets much fuller.
 */
const WAITING_QUEUE = 0.15;

/** Part of the usual bitrate below which it is held down, if the queue shows so too. */
const LOWERED = 0.8;

/** Part below which it is low whatever the queue says; the rules' own default. */
const LOW = 0.5;

/** Part below which nothing is sent. */
const NOTHING = 0.01;

/** Shorter dips of the bitrate are nothing: an encoder's keyframes make such. */
const LEAST_DIP_MS = 30_000;

/** How long after a start a bitrate says nothing yet. */
const SETTLING_MS = 20_000;

/** The trouble of all outputs, each by itself. */
export function lineEvents(evidence: Evidence): LineEvent[] {
  return evidence.outputs.flatMap((output) => eventsOf(evidence, output));
}

function eventsOf(evidence: Evidence, output: OutputEvidence): LineEvent[] {
  const { stepMs } = evidence;
  const within = <S extends Span>(span: S): S => ({ ...span, ...evidence.within(span) });
  const drops = losses(
    evidence.points(outputPath(output.id, "recent_drop_percentage")),
    LOST_PERCENT.warning,
    { stepMs },
  ).map(within);
  const lost = lostConnections(evidence, output).map(within);
  const taken: Span[] = [...drops, ...lost];
  const isFree = (span: Span) => !taken.some((other) => overlap(span, other, stepMs * 2));
  const lowered = lowBitrates(evidence, output).filter(isFree).map(within);
  taken.push(...lowered.filter(({ kind }) => kind === "lowered"));
  const queue = badRuns(
    evidence.points(outputPath(output.id, "congestion")),
    ([, , mean]) => mean > FULL_QUEUE,
    { stepMs, atLeastMs: LEAST_DIP_MS },
  ).filter(isFree).map(within);
  return [
    ...drops.map((loss): LineEvent => ({ kind: "drops", output, loss, ...bounds(loss) })),
    ...lost.map((span): LineEvent => ({ kind: "lost", output, ...span })),
    ...lowered.map(({ kind, from, to }): LineEvent => ({ kind, output, from, to })),
    ...queue.map((span): LineEvent => ({ kind: "queue", output, ...span })),
  ];
}

/** When the connection was gone: as alerts tell, else where nothing was sent. */
function lostConnections(
  evidence: Evidence,
  output: OutputEvidence,
): (Span & { seconds: number; count: number })[] {
  const told = evidence.alerts
    .filter(({ id }) => id === `reconnecting:${output.id}`)
    .map(({ span }) => span);
  const silent = output.reconnects === 0 ? [] : silences(evidence, output);
  const spans = told.length > 0 ? told : silent;
  if (spans.length === 0 && output.reconnects > 0 && output.lives.length > 0) {
    const from = Math.min(...output.lives.map((life) => life.from));
    const to = Math.max(...output.lives.map((life) => life.to));
    return [{ from, to, seconds: output.downtimeS, count: output.reconnects }];
  }
  return spans.map((span) => ({ ...span, seconds: (span.to - span.from) / 1000, count: 1 }));
}

/** Where an output's bitrate was nothing, or not known while others' figures were. */
function silences(evidence: Evidence, output: OutputEvidence): Span[] {
  const { stepMs } = evidence;
  const full = output.fullKbps ?? 0;
  const path = outputPath(output.id, "bitrate_kbps");
  const points = evidence.points(path).filter(([at]) =>
    output.lives.some(({ from }) => at >= from + SETTLING_MS || from > at)
  );
  const nothing = badRuns(points, ([, , mean]) => mean <= full * NOTHING, { stepMs });
  const missing = points.slice(1).flatMap(([at], index): Span[] => {
    const span = { from: (points[index]?.[0] ?? at) + stepMs, to: at };
    return span.to - span.from >= stepMs && isWatched(evidence, span) ? [span] : [];
  });
  return [...nothing, ...missing];
}

function isWatched(evidence: Evidence, span: Span): boolean {
  return evidence.metrics.some((path) =>
    outputMetric(path) === null && evidence.over(path, span) !== null
  );
}

/** Stretches in which the bitrate was far below what it should be, and why as far as is known. */
function lowBitrates(
  evidence: Evidence,
  output: OutputEvidence,
): (Span & { kind: "lowered" | "low" })[] {
  const full = output.fullKbps;
  if (full === null) return [];
  const { stepMs } = evidence;
  const hasSettled = (at: number) =>
    output.lives.some(({ from, to }) => at >= from + SETTLING_MS && at + stepMs <= to);
  const isBelow = (part: number) => ([at, , mean]: HistoryPoint) =>
    mean < full * part && mean > full * NOTHING && hasSettled(at);
  const points = evidence.points(outputPath(output.id, "bitrate_kbps"));
  const options = { stepMs, atLeastMs: LEAST_DIP_MS };
  const isWaiting = ({ from, to }: Span) =>
    (evidence.over(outputPath(output.id, "congestion"), { from: from - 30_000, to })?.max ?? 0) >
      WAITING_QUEUE;
  const lowered = badRuns(points, isBelow(LOWERED), options).filter(isWaiting);
  const low = badRuns(points, isBelow(LOW), options)
    .filter((span) => !lowered.some((other) => overlap(span, other)));
  return [
    ...lowered.map((span) => ({ ...span, kind: "lowered" as const })),
    ...low.map((span) => ({ ...span, kind: "low" as const })),
  ];
}

function bounds({ from, to }: Span): Span {
  return { from, to };
}
