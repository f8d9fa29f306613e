/// <reference lib="dom" />
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { DrawQueue } from "../charts/draw_queue.ts";
import { readLook } from "../charts/look.ts";
import { openPlot } from "../charts/plot.ts";
import { type ChartSpec, chartSummary } from "../models/charts.ts";
import type { Live } from "../models/live.ts";
import { ChartLegend } from "./ChartLegend.tsx";

/** One chart of the last 15 minutes, with its legend. `theme` changes when the colours do. */
export function Chart({ spec, live, queue, theme }: {
  spec: ChartSpec;
  live: Live;
  queue: DrawQueue;
  theme: number;
}): JSX.Element {
  const isFolded = live.folds.folded.value.includes(spec.id);
  return (
    <section class="chart" aria-labelledby={`chart-${spec.id}`}>
      <h3>
        <button
          type="button"
          id={`chart-${spec.id}`}
          class="fold"
          aria-expanded={!isFolded}
          onClick={() => live.folds.toggle(spec.id)}
        >
          {spec.title} <span class="unit">{spec.unit}</span>
        </button>
      </h3>
      <ChartLegend spec={spec} live={live} />
      {!isFolded && <Plot spec={spec} live={live} queue={queue} theme={theme} />}
    </section>
  );
}

function Plot({ spec, live, queue, theme }: Parameters<typeof Chart>[0]): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const { history, cursor } = live;
  // What is drawn changes with the outputs and the settings, not with every snapshot.
  useEffect(() => {
    if (host.current === null) return;
    return openPlot({
      host: host.current,
      spec,
      history,
      look: readLook(),
      queue,
      onCursor: (timeS) => cursor.value = timeS,
    });
  }, [JSON.stringify(spec), theme]);
  history.version.value;
  return (
    <div
      ref={host}
      class="plot"
      role="img"
      aria-label={chartSummary(spec, history.ring)}
    />
  );
}
