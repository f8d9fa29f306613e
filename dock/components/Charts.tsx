import type { JSX } from "preact";
import type { Telemetry } from "../../shared/telemetry.ts";
import { chartSpecs } from "../models/charts.ts";
import { formatTimeOfDay } from "../models/format.ts";
import type { Live } from "../models/live.ts";
import { Card } from "./Card.tsx";
import { ChartGrid } from "./ChartGrid.tsx";

/** Everything over the last 15 minutes. */
export function Charts({ telemetry, live }: { telemetry: Telemetry; live: Live }): JSX.Element {
  const atMs = live.cursor.value;
  const limits = live.limits.value;
  const specs = chartSpecs(telemetry, { limits, outputs: live.history.outputs });
  return (
    <Card id="charts" title="Last 15 minutes" note={atMs === null ? "now" : formatTimeOfDay(atMs)}>
      <ChartGrid specs={specs} setting={live} />
    </Card>
  );
}
