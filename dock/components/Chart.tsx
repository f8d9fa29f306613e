/// <reference lib="dom" />
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { DrawQueue } from "../charts/draw_queue.ts";
import { readLook } from "../charts/look.ts";
import { openPlot } from "../charts/plot.ts";
import type { ChartSetting } from "../models/chart_setting.ts";
import { type ChartSpec, chartSummary } from "../models/charts.ts";
import { ChartLegend } from "./ChartLegend.tsx";

interface ChartProps {
  spec: ChartSpec;
  setting: ChartSetting;
  queue: DrawQueue;
  /** Changes when the colours do. */
  theme: number;
}

/** One chart with its legend. */
export function Chart({ spec, setting, queue, theme }: ChartProps): JSX.Element {
  const { folds } = setting;
  // A chart's own id may hold an output's name, and so spaces, which part ids in HTML.
  const titleId = useId();
  const isFolded = folds.folded.value.includes(spec.id);
  return (
    <section class="chart" aria-labelledby={titleId}>
      <h3>
        <button
          type="button"
          id={titleId}
          class="fold"
          aria-expanded={!isFolded}
          onClick={() => folds.toggle(spec.id)}
        >
          {spec.title} <span class="unit">{spec.unit}</span>
        </button>
      </h3>
      <ChartLegend spec={spec} setting={setting} />
      {!isFolded && <Plot spec={spec} setting={setting} queue={queue} theme={theme} />}
    </section>
  );
}

function Plot({ spec, setting, queue, theme }: ChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const { source, cursor, past, onZoom } = setting;
  // What is drawn changes with the outputs and the settings, not with every snapshot.
  useEffect(() => {
    if (host.current === null) return;
    const look = readLook();
    return openPlot({ host: host.current, spec, source, look, queue, cursor, onZoom });
  }, [JSON.stringify(spec), theme, source]);
  source.version.value;
  // A slider is what arrow keys move also under a screen reader; the plot keeps its value.
  return (
    <div
      ref={host}
      class="plot"
      role="slider"
      tabIndex={0}
      aria-label={chartSummary(spec, source, past)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={100}
    />
  );
}
