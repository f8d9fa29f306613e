import type { JSX } from "preact";
import { DASHES } from "../charts/look.ts";
import { chartFigure, type ChartSpec } from "../models/charts.ts";
import type { Live } from "../models/live.ts";

/** The lines of a chart with their figures at the crosshair, or now. */
export function ChartLegend({ spec, live }: { spec: ChartSpec; live: Live }): JSX.Element {
  const timeS = live.cursor.value;
  live.history.version.value;
  return (
    <dl class="legend">
      {spec.lines.map(({ metric, label }, i) => {
        const value = live.history.ring.at(metric, timeS);
        return (
          <div key={metric} class="legend-line">
            <dt>
              <svg class={`swatch swatch-${i + 1}`} viewBox="0 0 18 4" aria-hidden="true">
                <path d="M0 2h18" stroke-dasharray={DASHES[i]?.join(" ")} />
              </svg>
              <bdi dir="auto" title={label}>{label}</bdi>
            </dt>
            <dd>{chartFigure(value === null ? null : value * spec.scale)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
