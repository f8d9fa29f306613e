import type { JSX } from "preact";
import type { ChartSpec } from "../../models/charts.ts";
import { formatTimeOfDay } from "../../models/format.ts";
import { formatTimes } from "../../models/sessions/session_view.ts";
import type { Sessions } from "../../models/sessions/sessions.ts";
import type { SpanCharts } from "../../models/sessions/span_charts.ts";
import { ChartGrid } from "../ChartGrid.tsx";

/** Charts of time that is over, with what they show now and the way back to the whole. */
export function PastCharts({ charts, specs, live, onReset }: {
  charts: SpanCharts;
  specs: readonly ChartSpec[];
  live: Sessions["live"];
  onReset: () => void;
}): JSX.Element {
  const atMs = charts.cursor.value;
  const isZoomed = charts.zoomed.value !== null;
  const times = formatTimes(charts.span);
  const { folds } = live;
  const onZoom = (span: SpanCharts["span"]): void => void charts.zoom(span);
  return (
    <>
      <p class="past-bar">
        <span>
          {times}{" "}
          <span class="quiet">{atMs === null ? "mean" : `at ${formatTimeOfDay(atMs)}`}</span>
        </span>
        <button
          type="button"
          class={isZoomed ? "quiet-button" : "quiet-button away"}
          onClick={onReset}
        >
          Show all
        </button>
      </p>
      <ChartGrid
        specs={specs}
        setting={{ source: charts, cursor: charts.cursor, folds, past: times, onZoom }}
      />
      {specs.length === 0 && <p class="empty">No figures of this time are kept.</p>}
    </>
  );
}
