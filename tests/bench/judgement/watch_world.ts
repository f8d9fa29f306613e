import { defaultConfig } from "../../../shared/config.ts";
import { UNKNOWN_NETWORK } from "../../../shared/telemetry.ts";
import { CollectorRunner } from "../../../sidecar/collectors/collector_runner.ts";
import { ObsCollector } from "../../../sidecar/collectors/obs.ts";
import { createSystemCollector } from "../../../sidecar/collectors/system.ts";
import { Judge } from "../../../sidecar/health/judge.ts";
import { RULES } from "../../../sidecar/health/rules.ts";
import { silenceLevelDb } from "../../../sidecar/health/thresholds.ts";
import { silentLog } from "../../../sidecar/log/log.ts";
import type { ProfileFiles } from "../../../sidecar/obs/profile_folder.ts";
import { SilenceWatch } from "../../../sidecar/obs/silence_watch.ts";
import { assemble } from "../../../sidecar/snapshot/assemble.ts";
import type { Clock } from "../../../sidecar/time/clock.ts";
import { ScriptedConnection } from "./scripted_obs.ts";
import type { World } from "./world.ts";

/** An alert as it was told: times in ms from when the sidecar began to watch. */
export interface ToldAlert {
  id: string;
  message: string;
  firedMs: number;
  /** Null if it was still told at the end. */
  resolvedMs: number | null;
}

const TICK_MS = 500;

/** A moment on 22 November 2026. */
const START_MS = 1_795_370_000_000;

/**
 * Lets the sidecar's real collectors and judge watch a world, tick by tick and at every event, on a
 * clock that nobody waits for.
 * @param options.kbps bitrate in the profile of a world in Advanced output mode
 * @returns the alerts in the order in which they were told
 */
export async function watchWorld(
  world: World,
  { kbps = 0 }: { kbps?: number } = {},
): Promise<ToldAlert[]> {
  let nowMs = 0;
  const clock: Clock = { now: () => START_MS + nowMs, monotonic: () => nowMs };
  const connection = new ScriptedConnection(world, clock.monotonic);
  const collector = new ObsCollector({
    connection,
    files: profileFiles(kbps),
    clock,
    silence: new SilenceWatch({ clock, levelDb: () => silenceLevelDb(defaultConfig().alerts) }),
  });
  const own = { clock, log: silentLog };
  const runners = {
    obs: new CollectorRunner(collector, own),
    system: new CollectorRunner(
      createSystemCollector({
        source: {
          cpuTimes: () => world.machine().cpu,
          memory: () => world.machine().memory,
          diskFreeBytes: () => Promise.resolve(world.machine().diskFreeBytes),
        },
        recordDirectory: () => collector.recordDirectory,
        ...own,
      }),
      own,
    ),
    gpu: new CollectorRunner(
      { name: "gpu", collect: () => Promise.resolve(world.gpus()) },
      own,
    ),
    network: new CollectorRunner(
      { name: "network", collect: () => Promise.resolve(UNKNOWN_NETWORK) },
      own,
    ),
  };
  const judge = new Judge({
    rules: RULES,
    clock,
    hasObsExited: () => connection.exited,
    isShutOut: () => connection.shutOut,
  });
  const told: ToldAlert[] = [];
  const open = new Map<string, ToldAlert>();

  function judgeNow(): void {
    const states = {
      obs: runners.obs.state(),
      system: runners.system.state(),
      gpu: runners.gpu.state(),
      network: runners.network.state(),
    };
    const { alerts } = judge.judge({
      figures: assemble(states),
      collectors: {
        obs: states.obs.health,
        system: states.system.health,
        gpu: states.gpu.health,
        network: states.network.health,
      },
      notices: [],
    });
    const ids = new Set(alerts.map(({ id }) => id));
    for (const { id, message } of alerts) {
      if (open.has(id)) continue;
      const alert: ToldAlert = { id, message, firedMs: nowMs, resolvedMs: null };
      open.set(id, alert);
      told.push(alert);
    }
    for (const [id, alert] of open) {
      if (ids.has(id)) continue;
      alert.resolvedMs = nowMs;
      open.delete(id);
    }
  }

  for (nowMs = TICK_MS; nowMs <= world.durationMs; nowMs += TICK_MS) {
    let changed = false;
    for (const { event, data } of world.advance(nowMs)) {
      changed = collector.handleEvent(event, data) || changed;
    }
    connection.session?.sendMeters();
    // The pipeline takes a snapshot at every change of OBS's state, with OBS's figures alone.
    if (changed) {
      await runners.obs.refresh();
      judgeNow();
    }
    await Promise.all(Object.values(runners).map((runner) => runner.refresh()));
    judgeNow();
  }
  return told;
}

/** OBS's files for a profile in Advanced mode at a variable bitrate. */
function profileFiles(kbps: number): ProfileFiles {
  return {
    readText: (path) =>
      path.endsWith("/streamEncoder.json")
        ? Promise.resolve(JSON.stringify({ rate_control: "VBR", bitrate: kbps }))
        : path.endsWith("/basic.ini")
        ? Promise.resolve("[General]\nName=Untitled\n")
        : Promise.reject(new Deno.errors.NotFound(path)),
    listFolders: () => Promise.resolve(["Untitled"]),
  };
}
