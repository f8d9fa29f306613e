import type { JSX } from "preact";
import { DASHES } from "../charts/look.ts";
import { chartFigure, type ChartSpec } from "../models/charts.ts";
import type { ChartSetting } from "../models/chart_setting.ts";

/** The lines of a chart with their figures at the crosshair, or now. */
export function ChartLegend(
  { spec, setting: { source, cursor } }: { spec: ChartSpec; setting: ChartSetting },
): JSX.Element {
  const atMs = cursor.value;
  source.version.value;
  return (
    <dl class="legend">
      {spec.lines.map(({ metric, label }, i) => {
        const value = source.at(metric, atMs);
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
