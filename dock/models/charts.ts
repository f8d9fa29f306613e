import type { ChartSource } from "./chart_source.ts";
import { formatRate, formatTimeOfDay } from "./format.ts";
import type { KnownOutput } from "./history_feed.ts";
import type { AlertLimits } from "./live.ts";
import { bitrateMetric } from "./samples.ts";

/** One line of a chart. */
export interface ChartLine {
  metric: string;
  label: string;
  /** What the line should reach, in the chart's unit; null where there is no such thing. */
  target: number | null;
}

/** A limit that is drawn in, in the chart's unit. */
export interface ChartLimit {
  value: number;
  tone: "warning" | "bad";
}

/** One chart: what it shows, not how it looks. */
export interface ChartSpec {
  id: string;
  title: string;
  /** Unit of its figures, as a person reads it. */
  unit: string;
  /** From a kept figure to the chart's unit. */
  scale: number;
  /** The axis reaches at least to this. */
  top: number;
  lines: ChartLine[];
  limits: ChartLimit[];
}

/** More lines than can be told apart. */
const MAX_LINES = 6;

/** Percent: a limit of 0 is allowed, an axis without height is none. */
const LEAST_LOST_TOP = 0.1;

/** A figure as a chart's legend writes it; its unit stands beside the title. */
export function chartFigure(value: number | null): string {
  if (value === null || value >= 0.05 || value <= 0) return formatRate(value);
  return "<0.1";
}

/** What the charts' lines and axes depend on; a snapshot has it. */
export interface ChartFacts {
  obs: { target_fps: number | null };
  system: { gpu: unknown };
}

/** The charts of a snapshot. A limit that is not known is not drawn. */
export function chartSpecs(
  { obs, system }: ChartFacts,
  { limits, outputs }: { limits: AlertLimits | null; outputs: ReadonlyMap<string, KnownOutput> },
): ChartSpec[] {
  const lines = (...lines: [metric: string, label: string][]): ChartLine[] =>
    lines.map(([metric, label]) => ({ metric, label, target: null }));
  const between = (share: number, warning: number, error: number): ChartLimit[] => [
    { value: share * warning, tone: "warning" },
    { value: share * error, tone: "bad" },
  ];
  const fps = obs.target_fps;
  const frameMs = fps ? 1000 / fps : null;
  return [
    {
      id: "bitrate",
      title: "Bitrate",
      unit: "Mb/s",
      scale: 1 / 1000,
      top: 1,
      lines: [...outputs].slice(0, MAX_LINES).map(([id, { name, targetKbps }]) => ({
        metric: bitrateMetric(id),
        label: name,
        target: targetKbps === null ? null : targetKbps / 1000,
      })),
      limits: [],
    },
    {
      id: "lost",
      title: "Frames lost",
      unit: "%",
      scale: 1,
      top: limits === null ? 2 : Math.max(LEAST_LOST_TOP, limits.lost_frames_error * 1.2),
      lines: lines(
        ["obs.recent_drop_percentage", "Network"],
        ["obs.recent_render_lagged_percentage", "GPU"],
        ["obs.recent_encoder_skipped_percentage", "Encoder"],
      ),
      limits: limits === null
        ? []
        : between(1, limits.lost_frames_warning, limits.lost_frames_error),
    },
    {
      id: "fps",
      title: "Frame rate",
      unit: "fps",
      scale: 1,
      top: (fps ?? 30) * 1.1,
      lines: lines(["obs.active_fps", "OBS"]),
      limits: limits === null || !fps
        ? []
        : between(fps / 100, limits.fps_warning, limits.fps_error),
    },
    {
      id: "frame-time",
      title: "Frame time",
      unit: "ms",
      scale: 1,
      top: (frameMs ?? 10) * 1.1,
      lines: lines(["obs.render_time_ms", "Rendering"]),
      limits: limits === null || frameMs === null
        ? []
        : between(frameMs / 100, limits.frame_time_warning, limits.frame_time_error),
    },
    {
      id: "load",
      title: "Load",
      unit: "%",
      scale: 1,
      top: 100,
      lines: lines(
        ["system.cpu_usage_percent", "CPU"],
        ...(system.gpu === null ? [] : [
          ["system.gpu.utilization_percent", "GPU"],
          ["system.gpu.encoder_utilization_percent", "Encoder"],
        ] as [string, string][]),
      ),
      limits: limits === null ? [] : [{ value: limits.cpu_warning, tone: "warning" }],
    },
    {
      id: "latency",
      title: "Latency",
      unit: "ms",
      scale: 1,
      top: 50,
      lines: lines(["network.latency_ms", "To the platform"]),
      limits: [],
    },
  ];
}

/** A chart's figures at its crosshair in words. */
export function momentSummary(
  { lines, scale }: Pick<ChartSpec, "lines" | "scale">,
  { source, atMs }: { source: Pick<ChartSource, "at">; atMs: number | null },
): string {
  if (atMs === null) return "no moment";
  const figures = lines.map(({ metric, label }) => {
    const value = source.at(metric, atMs);
    return `${label} ${value === null ? "not known" : chartFigure(value * scale)}`;
  });
  return `${formatTimeOfDay(atMs)}: ${figures.join(", ")}`;
}

/** A chart in words, for those who cannot see it. `past`: which time it shows, if not the last. */
export function chartSummary(
  spec: ChartSpec,
  source: Pick<ChartSource, "summary">,
  past: string | null = null,
): string {
  const parts = spec.lines.map(({ metric, label }) => {
    const { now, least, mean, most } = source.summary(metric);
    const text = (value: number | null): string =>
      chartFigure(value === null ? null : value * spec.scale);
    if (most === null) return `${label}: not known`;
    return `${label}: ${past === null ? `now ${text(now)}, ` : ""}least ${text(least)}, ` +
      `mean ${text(mean)}, most ${text(most)}`;
  });
  return `${spec.title} in ${spec.unit}, ${past ?? "last 15 minutes"}. ` +
    `${parts.join(". ") || "No output yet"}.`;
}
