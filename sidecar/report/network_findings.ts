/** Trouble between OBS and the platforms. */
import type { ReportFinding } from "../../shared/report.ts";
import type { Severity } from "../../shared/severity.ts";
import { durationWords } from "../time/duration_words.ts";
import { type Evidence, type OutputEvidence, outputPath } from "./evidence.ts";
import { FULL_QUEUE, type LineEvent, lineEvents } from "./line_events.ts";
import { lostShare } from "./lost_share.ts";
import { meanwhile } from "./meanwhile.ts";
import { lineRemedy, otherUploadMbps, sentKbps } from "./network_remedy.ts";
import { type Cluster, clusters, type Loss, overlap, type Span } from "./spans.ts";
import { type Detector, lossSeverity, worse } from "./trouble.ts";
import { decimal, joined, kbpsWords, percentWords, spanWords, timesWords } from "./words.ts";

/** Outputs that are described one by one. */
const MOST_DESCRIBED = 3;

/** How much longer than usual a round trip must be to be told. */
const SLOW_ROUND_TRIP = { times: 2, ms: 30 } as const;

/** Finds trouble of the line, and whether it was one platform's or all outputs'. */
export const findNetworkTrouble: Detector = (evidence, formatTime) => {
  const events = lineEvents(evidence);
  const trouble = events.filter(({ kind }) => kind !== "low");
  const found = clusters(trouble).map((cluster) => describe(evidence, cluster, formatTime));
  // Alone, a low bitrate may be a still picture: it is told apart from what is known.
  const low = clusters(events.filter(({ kind }) => kind === "low"))
    .filter((cluster) => !found.some((finding) => overlap(cluster, finding)))
    .map((cluster) => describeLow(evidence, cluster, formatTime));
  return [...found, ...low];
};

/** An output with everything that befell it in a cluster. */
interface Affected {
  output: OutputEvidence;
  events: LineEvent[];
}

function describe(
  evidence: Evidence,
  cluster: Cluster<LineEvent>,
  formatTime: (ms: number) => string,
): ReportFinding {
  const span: Span = { from: cluster.from, to: cluster.to };
  const affected = affectedOutputs(cluster.parts);
  const live = liveOutputs(evidence, span);
  const whose = whoseLine(affected, live);
  const otherMbps = otherUploadMbps(evidence, span);
  const sentences = [
    ...outputSentences(evidence, affected),
    roundTrip(evidence, span),
    otherMbps === null
      ? ""
      : `Something else on this PC was uploading ${decimal(otherMbps, 1)} Mbit/s.`,
    whose.sentence,
    meanwhile(evidence, { span, fault: "network", concludes: whose.sentence === "" }),
  ];
  return {
    cause: "network",
    severity: cluster.parts.map(eventSeverity).reduce(worse),
    ...span,
    text: `${spanWords(span, formatTime)}: ${sentences.filter((text) => text !== "").join(" ")}`,
    remedy: lineRemedy(evidence, { affected, isOnePlatform: whose.isOnePlatform, otherMbps }),
    metrics: metricsOf(affected),
  };
}

function describeLow(
  evidence: Evidence,
  cluster: Cluster<LineEvent>,
  formatTime: (ms: number) => string,
): ReportFinding {
  const span: Span = { from: cluster.from, to: cluster.to };
  const affected = affectedOutputs(cluster.parts);
  const isQueueKnown = affected.every(({ output }) =>
    evidence.points(outputPath(output.id, "congestion")).length > 0
  );
  const sentences = affected.slice(0, MOST_DESCRIBED).map(({ output, events }) =>
    `${output.name} sent ${bitrateWords(evidence, output, events)}.`
  );
  return {
    cause: "network",
    severity: isQueueKnown ? "info" : "warning",
    ...span,
    text: `${spanWords(span, formatTime)}: ${sentences.join(" ")} ${
      isQueueKnown
        ? "Its send queue was empty and no frame was lost: a still picture does that."
        : "Its protocol does not tell OBS of lost frames, so that the line may be the reason."
    }`,
    remedy: isQueueKnown
      ? "Nothing to do if the picture stood still. Else look at the encoder's rate control."
      : "If viewers saw a soft picture, lower the bitrate, or use a cable in place of Wi-Fi.",
    metrics: affected.map(({ output }) => outputPath(output.id, "bitrate_kbps")),
  };
}

function affectedOutputs(events: readonly LineEvent[]): Affected[] {
  const byId = new Map<string, Affected>();
  for (const event of events) {
    const known = byId.get(event.output.id) ?? { output: event.output, events: [] };
    known.events.push(event);
    byId.set(event.output.id, known);
  }
  return [...byId.values()];
}

/** Outputs that were live for the whole of a stretch, as far as can be told. */
function liveOutputs(evidence: Evidence, span: Span): OutputEvidence[] {
  return evidence.outputs.filter(({ id, lives }) =>
    lives.some((life) => overlap(life, span)) &&
    evidence.pointsIn(outputPath(id, "bitrate_kbps"), span).length > 0
  );
}

/** Whether it was one platform's server, or the user's own line. */
function whoseLine(
  affected: readonly Affected[],
  live: readonly OutputEvidence[],
): { sentence: string; isOnePlatform: boolean } {
  const ids = new Set(affected.map(({ output }) => output.id));
  const fine = live.filter(({ id }) => !ids.has(id));
  const [first] = affected;
  if (first !== undefined && affected.length === 1 && fine.length > 0) {
    return {
      sentence: `${
        joined(fine.map(({ name }) => name))
      } had no trouble: it was ${first.output.name}'s ` +
        "server or the way to it, not your own line.",
      isOnePlatform: true,
    };
  }
  if (affected.length > 1 && fine.length === 0) {
    return {
      sentence:
        `${affected.length === 2 ? "Both" : `All ${affected.length}`} outputs had trouble ` +
        "at once: it was your own line.",
      isOnePlatform: false,
    };
  }
  return {
    sentence: affected.length > 1
      ? `${affected.length} of ${affected.length + fine.length} outputs had trouble, ` +
        `${joined(fine.map(({ name }) => name))} had none.`
      : "",
    isOnePlatform: false,
  };
}

/** What befell each output; where all of them only dropped frames, in one sentence. */
function outputSentences(evidence: Evidence, affected: readonly Affected[]): string[] {
  const losses = affected.map(({ output, events }) => ({
    output,
    drops: events.flatMap((event) => event.kind === "drops" ? [event.loss] : []),
    isAll: events.every(({ kind }) => kind === "drops" || kind === "queue"),
  }));
  if (affected.length > 1 && losses.every(({ isAll, drops }) => isAll && drops.length > 0)) {
    const shares = losses.map(({ output, drops }, index) =>
      `${output.name} ${index === 0 ? "dropped " : ""}${percentWords(droppedShare(output, drops))}`
    );
    const full = losses.map(({ output, drops }) => queueFill(evidence, output, drops));
    const most = Math.max(...full);
    return [
      `${joined(shares)} of their frames${
        most > FULL_QUEUE
          ? ` while their send queues were full (congestion up to ${percentWords(most * 100)})`
          : ""
      }.`,
    ];
  }
  const more = affected.length - MOST_DESCRIBED;
  return [
    ...affected.slice(0, MOST_DESCRIBED).map((one) => outputSentence(evidence, one)),
    ...more > 0 ? [`${more} more had trouble.`] : [],
  ];
}

function outputSentence(evidence: Evidence, { output, events }: Affected): string {
  const drops = events.flatMap((event) => event.kind === "drops" ? [event.loss] : []);
  const lost = events.flatMap((event) => event.kind === "lost" ? [event] : []);
  const lowered = events.filter(({ kind }) => kind === "lowered");
  const queue = events.filter(({ kind }) => kind === "queue");
  const parts: string[] = [];
  if (drops.length > 0) {
    const times = drops.length > 1 ? ` in ${drops.length} bursts` : "";
    const full = fullQueue(evidence, output, drops);
    parts.push(
      `dropped ${percentWords(droppedShare(output, drops))} of its frames${times}` +
        (full === null ? "" : ` while its send queue was full (congestion up to ${full})`),
    );
  }
  if (lost.length > 0) {
    const seconds = lost.reduce((sum, event) => sum + event.seconds, 0);
    const count = lost.reduce((sum, event) => sum + event.count, 0);
    parts.push(
      `lost its connection${count > 1 ? ` ${timesWords(count)}` : ""} and was away for ` +
        durationWords(seconds),
    );
  }
  if (lowered.length > 0) {
    const full = fullQueue(evidence, output, lowered, 0);
    parts.push(
      `sent ${bitrateWords(evidence, output, lowered)} and dropped nothing: OBS lowered the ` +
        "bitrate (Dynamic Bitrate) because the send queue filled" +
        (full === null ? "" : ` (congestion up to ${full})`),
    );
  }
  if (queue.length > 0 && parts.length === 0) {
    const full = fullQueue(evidence, output, queue, 0);
    parts.push(`had a send queue that was up to ${full ?? "half"} full, and dropped nothing yet`);
  }
  return `${output.name} ${joined(parts)}.`;
}

/** Percent of its frames that an output dropped: while it did, or of a short stream in all. */
function droppedShare(
  { lives, droppedPercent }: OutputEvidence,
  drops: readonly Loss[],
): number {
  const lastedMs = lives.reduce((sum, { from, to }) => sum + to - from, 0);
  return lostShare(drops, { lastedMs, countedPercent: droppedPercent }).percent;
}

/** How full the send queue was at most, in words; null if no fuller than that. */
function fullQueue(
  evidence: Evidence,
  output: OutputEvidence,
  spans: readonly Span[],
  atLeast: number = FULL_QUEUE,
): string | null {
  const most = queueFill(evidence, output, spans);
  return most > atLeast ? percentWords(most * 100) : null;
}

/** 0 to 1: how full the send queue was at most; 0 if that is not known. */
function queueFill(evidence: Evidence, { id }: OutputEvidence, spans: readonly Span[]): number {
  const levels = spans.map((span) => evidence.over(outputPath(id, "congestion"), span)?.max ?? 0);
  return Math.min(1, Math.max(0, ...levels));
}

/** `2,100 kbit/s in place of 6,000 kbit/s`. */
function bitrateWords(
  evidence: Evidence,
  output: OutputEvidence,
  spans: readonly Span[],
): string {
  const full = output.fullKbps;
  const sent = sentKbps(evidence, output, spans);
  const of = full === null ? "" : ` in place of ${kbpsWords(full)}`;
  return sent === null ? `little${of}` : `${kbpsWords(sent)}${of}`;
}

function roundTrip(evidence: Evidence, span: Span): string {
  const usual = evidence.usual("network.latency_ms");
  const then = evidence.over("network.latency_ms", span);
  if (usual === null || then === null) return "";
  const isSlow = then.max > usual * SLOW_ROUND_TRIP.times &&
    then.max > usual + SLOW_ROUND_TRIP.ms;
  return isSlow
    ? `The round trip went up from ${usual.toFixed(0)} to ${then.max.toFixed(0)} ms.`
    : "";
}

function eventSeverity(event: LineEvent): Severity {
  if (event.kind === "drops") return lossSeverity(event.loss.worst);
  return event.kind === "lost" ? "error" : "warning";
}

function metricsOf(affected: readonly Affected[]): string[] {
  return affected.flatMap(({ output: { id }, events }) => [
    ...events.some(({ kind }) => kind === "drops")
      ? [outputPath(id, "recent_drop_percentage")]
      : [],
    ...events.every(({ kind }) => kind === "lost") ? [] : [outputPath(id, "congestion")],
    outputPath(id, "bitrate_kbps"),
  ]);
}
