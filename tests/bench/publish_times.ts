import type { Collectors, ObsReading } from "../../sidecar/collectors/collector.ts";
import { type Evidence, Judge } from "../../sidecar/health/judge.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { Pipeline } from "../../sidecar/pipeline.ts";
import { createBridgeFile } from "../../sidecar/sinks/bridge_file.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { fiveOutputsSnapshot } from "./five_outputs_snapshot.ts";

/** A judge that notes when its verdict was ready. */
class TimedJudge extends Judge {
  readyAtMs = 0;

  override judge(evidence: Evidence) {
    const verdict = super.judge(evidence);
    this.readyAtMs = performance.now();
    return verdict;
  }
}

/** Snapshots before the first that counts, while code is still being compiled. */
const WARM_UP = 50;

/** Milliseconds from a judged snapshot to its file, through the sidecar's own pipeline. */
export async function publishTimes(
  { path, count }: { path: string; count: number },
): Promise<number[]> {
  const judge = new TimedJudge({ rules: RULES, clock: systemClock });
  const times: number[] = [];
  const done = Promise.withResolvers<void>();
  const pipeline: Pipeline = new Pipeline({
    collectors: steadyCollectors(),
    judge,
    sinks: [createBridgeFile(path), {
      name: "stopwatch",
      write() {
        times.push(performance.now() - judge.readyAtMs);
        if (times.length < WARM_UP + count) pipeline.trigger();
        else done.resolve();
      },
    }],
    clock: systemClock,
    log: silentLog,
    tickMs: 500,
    lastSequence: 0,
    notices: () => [],
  });
  await pipeline.start();
  await done.promise;
  await pipeline.stop();
  return times.slice(WARM_UP, WARM_UP + count);
}

/** Collectors that always read the same busy evening. */
function steadyCollectors(): Collectors {
  const { obs, system, network } = fiveOutputsSnapshot();
  const reading: ObsReading = { ...obs, recordBytesPerSecond: 2e6, recordDiskFreeBytes: 4e11 };
  const gpus = system.gpus ?? [];
  return {
    obs: { name: "obs", collect: () => Promise.resolve(reading) },
    system: { name: "system", collect: () => Promise.resolve(system) },
    network: { name: "network", collect: () => Promise.resolve(network) },
    gpu: {
      name: "gpu",
      collect: () => Promise.resolve({ gpus, encodingIndex: 0, obsEncoderLatencyUs: 4100 }),
    },
  };
}
