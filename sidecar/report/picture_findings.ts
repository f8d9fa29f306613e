/** Frames that were rendered too late, or that the encoder could not take. */
import type { ReportFinding } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import type { Evidence } from "./evidence.ts";
import { laggedPercent, skippedPercent } from "./figures.ts";
import { lostShare } from "./lost_share.ts";
import { meanwhile } from "./meanwhile.ts";
import {
  badRuns,
  type Cluster,
  clusters,
  type Loss,
  losses,
  overlap,
  type Span,
  together,
} from "./spans.ts";
import { type Detector, lossSeverity, LOST_PERCENT } from "./trouble.ts";
import { percentWords, spanWords } from "./words.ts";

const LAG = "obs.recent_render_lagged_percentage";
const SKIPS = "obs.recent_encoder_skipped_percentage";
const FPS = "obs.active_fps";
const TEMPERATURE = "system.gpu.temperature_celsius";
const GPU_LOAD = "system.gpu.utilization_percent";
const ENCODER_LOAD = "system.gpu.encoder_utilization_percent";
const CPU_LOAD = "system.cpu_usage_percent";

/** Degrees from which cards may slow down; the rules' own default. */
export const HOT_CELSIUS = 85;

/** Percent of a part's time from where on it is busy. */
const BUSY_PERCENT = { gpu: 90, encoder: 90, cpu: 90 } as const;

/** Parts of the usual frame rate below which the picture stutters: OBS's own limits. */
const LOW_FPS = { warning: 0.95, error: 0.8 } as const;

/** Shorter dips of the frame rate are a change of scene. */
const LEAST_DIP_MS = 20_000;

/** Finds frames that were rendered too late, and a frame rate that fell. */
export const findRenderLag: Detector = (evidence, formatTime) => {
  const { stepMs } = evidence;
  const lags = clusters(losses(evidence.points(LAG), LOST_PERCENT.warning, { stepMs }));
  const found = lags.map((cluster) => describeLag(evidence, cluster, formatTime));
  const usual = evidence.usual(FPS) ?? 0;
  const slow = badRuns(
    evidence.points(FPS),
    ([, , mean]) => mean < usual * LOW_FPS.warning,
    { stepMs, atLeastMs: LEAST_DIP_MS },
  ).filter((span) => !lags.some((lag) => overlap(lag, span, stepMs * 2)));
  return [
    ...found,
    ...clusters(slow).map((cluster) => describeSlow(evidence, { cluster, usual }, formatTime)),
  ];
};

/** Finds frames that the encoder skipped. */
export const findEncoderSkips: Detector = (evidence, formatTime) =>
  clusters(losses(evidence.points(SKIPS), LOST_PERCENT.warning, { stepMs: evidence.stepMs }))
    .map((cluster) => describeSkips(evidence, cluster, formatTime));

function describeLag(
  evidence: Evidence,
  cluster: Cluster<Loss>,
  formatTime: (ms: number) => string,
): ReportFinding {
  const span = evidence.within(cluster);
  const { worst } = together(cluster.parts);
  const low = lowFps(evidence, span);
  const { cause, state, remedy, metrics } = whyLate(evidence, span);
  const sentences = [
    `${lostFrames(evidence, cluster, laggedPercent)} were rendered too late${bursts(cluster)}.`,
    low === null ? "" : `OBS came down to ${low} frames a second.`,
    ...state,
    meanwhile(evidence, { span, fault: "gpu" }),
  ];
  return {
    cause,
    severity: lossSeverity(worst),
    ...span,
    text: sentence(span, sentences, formatTime),
    remedy,
    metrics: [LAG, ...low === null ? [] : [FPS], ...metrics],
  };
}

function describeSlow(
  evidence: Evidence,
  { cluster, usual }: { cluster: Span; usual: number },
  formatTime: (ms: number) => string,
): ReportFinding {
  const span = evidence.within(cluster);
  const low = evidence.over(FPS, span)?.mean ?? usual;
  const { cause, state, remedy, metrics } = whyLate(evidence, span);
  const sentences = [
    `OBS rendered ${low.toFixed(0)} of its usual ${usual.toFixed(0)} frames a second.`,
    ...state,
    meanwhile(evidence, { span, fault: "gpu" }),
  ];
  return {
    cause,
    severity: low < usual * LOW_FPS.error ? "error" : "warning",
    ...span,
    text: sentence(span, sentences, formatTime),
    remedy,
    metrics: [FPS, ...metrics],
  };
}

/** What kept OBS from rendering in time: a hot card, a busy one, or a busy processor. */
function whyLate(
  evidence: Evidence,
  span: Span,
): Pick<ReportFinding, "cause" | "remedy" | "metrics"> & { state: string[] } {
  const hottest = evidence.over(TEMPERATURE, span)?.max ?? null;
  const gpu = evidence.over(GPU_LOAD, span)?.mean ?? null;
  const cpu = evidence.over(CPU_LOAD, span)?.mean ?? null;
  const isThrottled = evidence.alerts.some((alert) =>
    /throttl/.test(alert.id) && overlap(alert.span, span)
  );
  if (isThrottled || (hottest !== null && hottest >= HOT_CELSIUS)) {
    const heat = hottest === null ? "" : ` at up to ${hottest.toFixed(0)} °C`;
    return {
      cause: "gpu",
      state: [
        isThrottled
          ? `The graphics card was slowed down${heat}.`
          : `The graphics card was${heat}: from there on it slows down.`,
      ],
      remedy: "Clean the card's fans and mend the case's air flow, or cap the game's frame rate.",
      metrics: [TEMPERATURE],
    };
  }
  if (gpu !== null && gpu < BUSY_PERCENT.gpu - 10 && cpu !== null && cpu >= BUSY_PERCENT.cpu) {
    return {
      cause: "cpu",
      state: [
        `The processor was ${percentWords(cpu)} busy, the GPU only ${percentWords(gpu)}: the ` +
        "processor held it up.",
      ],
      remedy: "Close programs that you do not need, or use a hardware encoder.",
      metrics: [CPU_LOAD, GPU_LOAD],
    };
  }
  const isBusy = gpu !== null && gpu >= BUSY_PERCENT.gpu;
  return {
    cause: "gpu",
    state: isBusy ? [`The GPU was ${percentWords(gpu)} busy.`] : [],
    remedy: isBusy
      ? "Cap the game's frame rate below what the card reaches, or lower its graphics settings."
      : "Cap the game's frame rate, simplify the scene, and run OBS as administrator on Windows.",
    metrics: isBusy ? [GPU_LOAD] : [],
  };
}

function describeSkips(
  evidence: Evidence,
  cluster: Cluster<Loss>,
  formatTime: (ms: number) => string,
): ReportFinding {
  const span = evidence.within(cluster);
  const { worst } = together(cluster.parts);
  const cpu = evidence.over(CPU_LOAD, span)?.mean ?? null;
  const chip = evidence.over(ENCODER_LOAD, span)?.mean ?? null;
  const isChipBusy = chip !== null && chip >= BUSY_PERCENT.encoder;
  const isCpuBusy = cpu !== null && cpu >= BUSY_PERCENT.cpu;
  const sentences = [
    `The encoder skipped ${lostFrames(evidence, cluster, skippedPercent)}${bursts(cluster)}.`,
    isChipBusy ? `The card's encoder was ${percentWords(chip)} busy.` : "",
    isCpuBusy ? `The processor was ${percentWords(cpu)} busy.` : "",
    meanwhile(evidence, { span, fault: "encoder" }),
  ];
  return {
    cause: "encoder",
    severity: lossSeverity(worst),
    ...span,
    text: sentence(span, sentences, formatTime),
    remedy: isChipBusy
      ? "Lower the resolution or the frame rate, choose a faster preset, and let no other program " +
        "record with the card's encoder."
      : isCpuBusy
      ? "Use a hardware encoder, or a faster preset of x264."
      : "Choose a faster preset, a hardware encoder, or a lower resolution.",
    metrics: [
      SKIPS,
      ...isChipBusy ? [ENCODER_LOAD] : [],
      ...isCpuBusy ? [CPU_LOAD] : [],
    ],
  };
}

/** `4.2 % of the frames`; of a short stream, of all that it had. */
function lostFrames(
  { span, session }: Evidence,
  { parts }: Cluster<Loss>,
  read: (session: Session) => number | null,
): string {
  const { percent, isOfAll } = lostShare(parts, {
    lastedMs: span.to - span.from,
    countedPercent: read(session),
  });
  return `${percentWords(percent)} of ${isOfAll ? "the stream's" : "the"} frames`;
}

/** The frame rate that OBS fell to; null if it held, or is not known. */
function lowFps(evidence: Evidence, span: Span): string | null {
  const usual = evidence.usual(FPS);
  const then = evidence.over(FPS, span);
  return usual !== null && then !== null && then.min < usual * LOW_FPS.warning
    ? then.min.toFixed(0)
    : null;
}

function bursts({ parts }: Cluster<Loss>): string {
  return parts.length > 1 ? ` in ${parts.length} bursts` : "";
}

function sentence(
  span: Span,
  sentences: readonly string[],
  formatTime: (ms: number) => string,
): string {
  return `${spanWords(span, formatTime)}: ${sentences.filter((text) => text !== "").join(" ")}`;
}
