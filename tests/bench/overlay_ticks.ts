import type { Obs } from "../peers/obs.ts";
import { startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import { keepBridge } from "./overlay_bridge.ts";

/** The overlay as a script of OBS's that logs how long each tick took. */
export function measuredOverlay(path: string, { everyMs }: { everyMs: number }) {
  const script = decodeURIComponent(
    new URL("../../lua/obs_telemetry.lua", import.meta.url).pathname,
  );
  return {
    path: script,
    settings: { bridge_file: path, update_interval: everyMs, measure: 1 },
  };
}

/** Milliseconds of each tick that the script has logged. */
export function loggedTicks(obs: Obs): number[] {
  return [...obs.process.output().matchAll(/tick: n=1 p50=([\d.]+) us/g)]
    .map(([, microseconds]) => Number(microseconds) / 1000);
}

/** Milliseconds of ticks at every frame, each finding another bridge file. */
export async function measureTicks(
  { path, count }: { path: string; count: number },
): Promise<number[]> {
  using _bridge = keepBridge(path, 8);
  await using obs = await startObs({ fps: 60, scripts: [measuredOverlay(path, { everyMs: 1 })] });
  await until(() => loggedTicks(obs).length >= count, {
    what: `the script has logged ${count} ticks`,
    withinMs: count * 100,
  });
  return loggedTicks(obs);
}
