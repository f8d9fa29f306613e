/// <reference lib="dom" />
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Telemetry } from "../../shared/telemetry.ts";
import { createDrawQueue } from "../charts/draw_queue.ts";
import { chartSpecs } from "../models/charts.ts";
import { formatTimeOfDay } from "../models/format.ts";
import type { Live } from "../models/live.ts";
import { Card } from "./Card.tsx";
import { Chart } from "./Chart.tsx";

/** Everything over the last 15 minutes, on one time axis with one crosshair. */
export function Charts({ telemetry, live }: { telemetry: Telemetry; live: Live }): JSX.Element {
  const queue = useMemo(() => createDrawQueue((fn) => requestAnimationFrame(fn)), []);
  const theme = useTheme();
  const timeS = live.cursor.value;
  const limits = live.limits.value;
  return (
    <Card
      id="charts"
      title="Last 15 minutes"
      note={timeS === null ? "now" : formatTimeOfDay(timeS * 1000)}
    >
      <div class="charts">
        {chartSpecs(telemetry, { limits, outputs: live.history.outputs }).map((spec) => (
          <Chart key={spec.id} spec={spec} live={live} queue={queue} theme={theme} />
        ))}
      </div>
    </Card>
  );
}

/** A number that changes whenever the page's look does. */
function useTheme(): number {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme((before) => before + 1));
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
