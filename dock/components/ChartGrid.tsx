/// <reference lib="dom" />
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { createDrawQueue } from "../charts/draw_queue.ts";
import type { ChartSpec } from "../models/charts.ts";
import { Chart } from "./Chart.tsx";
import type { ChartSetting } from "../models/chart_setting.ts";

/** Charts on one time axis with one crosshair. */
export function ChartGrid(
  { specs, setting }: { specs: readonly ChartSpec[]; setting: ChartSetting },
): JSX.Element {
  const queue = useMemo(() => createDrawQueue((fn) => requestAnimationFrame(fn)), []);
  const theme = useTheme();
  return (
    <div class="charts">
      {specs.map((spec) => (
        <Chart key={spec.id} spec={spec} setting={setting} queue={queue} theme={theme} />
      ))}
    </div>
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
