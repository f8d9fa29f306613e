import { startObs } from "../peers/obs.ts";
import type { ObsScript } from "../peers/obs_config.ts";
import { until } from "../peers/until.ts";
import { keepBridge } from "./overlay_bridge.ts";

/** How the overlay is run. */
export interface OverlayOptions {
  /** The bridge file. */
  path: string;
  /** The script's update interval in milliseconds. */
  everyMs: number;
  /** Whether it logs how long its work in each frame took; that costs time itself. */
  timed: boolean;
}

/** The overlay as one of OBS's scripts. */
export function overlayScript({ path, everyMs, timed }: OverlayOptions): ObsScript {
  const { pathname } = new URL("../../lua/obs_telemetry.lua", import.meta.url);
  return {
    path: decodeURIComponent(pathname),
    settings: { bridge_file: path, update_interval: everyMs, measure: timed ? 1 : 0 },
  };
}

/** When the bridge file changes and the overlay looks at it. */
export interface Rhythm {
  path: string;
  bridgeEveryMs: number;
  lookEveryMs: number;
  fps: number;
}

/** Frames while OBS still starts and the script is not compiled yet. */
const WARM_UP_FRAMES = 100;

/** Milliseconds of the script's work in each of `count` frames in which it worked. */
export async function measureTicks(
  { path, bridgeEveryMs, lookEveryMs, fps }: Rhythm,
  count: number,
): Promise<number[]> {
  using _bridge = keepBridge(path, bridgeEveryMs);
  const script = overlayScript({ path, everyMs: lookEveryMs, timed: true });
  await using obs = await startObs({ fps, scripts: [script] });
  const times = () =>
    [...obs.process.output().matchAll(/tick: n=1 p50=([\d.]+) us/g)]
      .map(([, microseconds]) => Number(microseconds) / 1000).slice(WARM_UP_FRAMES);
  await until(() => times().length >= count, {
    what: `the script has worked in ${count} frames`,
    withinMs: 60_000 + count * 500,
  });
  return times().slice(0, count);
}
