import type { Session } from "../../../shared/session.ts";
import { type ChartSpec, chartSpecs } from "../charts.ts";
import type { KnownOutput } from "../history_feed.ts";
import type { AlertLimits } from "../live.ts";
import { unitText } from "./unit_text.ts";
import { labelOf } from "../settings/setting.ts";

/** Most charts of figures that only this trouble is about. */
const MAX_OWN_CHARTS = 4;

/** Outputs by their OBS names, as charts label them. */
export function outputsOf(sessions: readonly Session[]): ReadonlyMap<string, KnownOutput> {
  return new Map(
    sessions.flatMap(({ output_id: id, name, target_bitrate_kbps: targetKbps }) =>
      id === null ? [] : [[id, { name, targetKbps }] as const]
    ),
  );
}

/** What charts of time that is over are made of. */
export interface PastOptions {
  outputs: ReadonlyMap<string, KnownOutput>;
  limits: AlertLimits | null;
  /** OBS's frame rate; null where it is not known. */
  fps: number | null;
  /** Figures that the trouble is about. */
  metrics: readonly string[];
  /** Unit of a figure in UCUM; null if nothing is known of the figure. */
  unitOf(metric: string): string | null;
}

/** The charts of time that is over: those of the live page, and one for each other figure. */
export function pastSpecs({ outputs, limits, fps, metrics, unitOf }: PastOptions): ChartSpec[] {
  const usual = chartSpecs({ obs: { target_fps: fps }, system: { gpu: true } }, {
    limits,
    outputs,
  });
  const drawn = new Set(usual.flatMap(({ lines }) => lines.map(({ metric }) => metric)));
  const own = [...new Set(metrics)].filter((metric) => !drawn.has(metric)).slice(0, MAX_OWN_CHARTS);
  return [...usual, ...own.map((metric) => ownSpec(metric, { outputs, unit: unitOf(metric) }))]
    .map((spec) => ({ ...spec, lines: spec.lines.filter((line) => unitOf(line.metric) !== null) }))
    .filter(({ lines }) => lines.length > 0);
}

/** The figures that charts may show of some outputs. */
export function pastMetrics(outputs: PastOptions["outputs"], own: readonly string[]): string[] {
  const options = { outputs, limits: null, fps: null, metrics: own, unitOf: () => "" };
  return pastSpecs(options).flatMap(({ lines }) => lines.map(({ metric }) => metric));
}

/** What a figure's name says of its unit, which stands beside it. */
const UNIT_WORDS = /_(celsius|percent(age)?|gb|mb|kbps|mbps|ms|us|s|mhz|watts)$/;

/** Figures that the live page has other words for than bridge.json. */
const TITLES: Readonly<Record<string, string>> = {
  congestion: "Send queue",
  recent_drop: "Frames dropped",
};

function ownSpec(
  metric: string,
  { outputs, unit }: Pick<PastOptions, "outputs"> & { unit: string | null },
): ChartSpec {
  const parts = metric.split(".");
  const figure = (parts.at(-1) ?? metric).replace(UNIT_WORDS, "");
  const isOutputs = metric.startsWith("obs.outputs.");
  const output = isOutputs ? outputs.get(parts.slice(2, -1).join("."))?.name : undefined;
  const title = TITLES[figure] ?? labelOf(/\.gpus?\./.test(metric) ? `gpu_${figure}` : figure);
  // A part of a whole is drawn in percent.
  const isShare = figure === "congestion";
  return {
    id: metric,
    title,
    unit: isShare ? "%" : unitText(unit ?? ""),
    scale: isShare ? 100 : 1,
    top: isShare ? 100 : unit === "%" ? 10 : 1,
    lines: [{ metric, label: output ?? title, target: null }],
    limits: [],
  };
}
