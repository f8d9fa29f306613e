import type { Config } from "../../shared/config.ts";
import type { Collectors } from "../collectors/collector.ts";
import { createGpuCollector } from "../collectors/gpu.ts";
import { NO_GPUS } from "../collectors/gpu_source.ts";
import { gpuSources } from "../collectors/gpu_sources.ts";
import type { Machine } from "../collectors/machine.ts";
import { createNetworkCollector } from "../collectors/network.ts";
import type { ObsCollector } from "../collectors/obs.ts";
import { createSwitchedCollector } from "../collectors/switched.ts";
import { createSystemCollector } from "../collectors/system.ts";
import type { Environment } from "../environment.ts";
import type { Log } from "../log/log.ts";
import type { SidecarPreflight } from "../preflight/preflight_runs.ts";
import type { Clock } from "../time/clock.ts";

/** What is watched. */
export interface CollectorsOptions {
  config(): Config;
  machine: Machine;
  obs: ObsCollector;
  /** Knows what the line has room for. */
  preflight: Pick<SidecarPreflight, "capacity">;
  environment: Environment;
  clock: Clock;
  log: Log;
}

/** The collectors of a snapshot. */
export function openCollectors(
  { config, machine, obs, preflight, environment, clock, log }: CollectorsOptions,
): Collectors {
  return {
    obs,
    system: createSystemCollector({
      source: machine.system,
      recordDirectory: () => obs.recordDirectory,
      clock,
      log,
    }),
    network: createNetworkCollector({
      source: machine.network,
      ingest: () => obs.activeIngest,
      connect: Deno.connect,
      clock,
      log,
      capacity: () => preflight.capacity(),
    }),
    gpu: createSwitchedCollector({
      name: "gpu",
      isOn: () => config().engine.enable_gpu_metrics,
      make: () =>
        createGpuCollector({ sources: gpuSources({ environment, machine, clock, log }), log }),
      off: NO_GPUS,
    }),
  };
}
