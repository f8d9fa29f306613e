import { DISCONNECTED_OBS, type ObsTelemetry } from "../../../shared/telemetry.ts";
import type { Collectors } from "../../collectors/collector.ts";
import type { CollectorState } from "../../collectors/collector_runner.ts";
import { assemble, type Figures } from "../../snapshot/assemble.ts";

/** Milliseconds over which load and throughput are measured. */
const SPAN_MS = 1_000;

/** What measuring needs, where no sidecar's snapshots are at hand. */
export interface MeasureMachineOptions {
  collectors: Pick<Collectors, "system" | "network" | "gpu">;
  /** OBS's figures, where they are known. */
  obs?: ObsTelemetry;
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** Reads the machine's figures twice, for rates need two readings, and gives the second. */
export async function measureMachine(
  signal: AbortSignal,
  { collectors, obs = DISCONNECTED_OBS, pause }: MeasureMachineOptions,
): Promise<Figures> {
  const readAll = async () => ({
    system: await stateOf(collectors.system.collect(signal)),
    network: await stateOf(collectors.network.collect(signal)),
    gpu: await stateOf(collectors.gpu.collect(signal)),
  });
  await readAll();
  await pause(SPAN_MS, signal);
  const state = await readAll();
  return { ...assemble({ ...state, obs: { value: null, health: unread } }), obs };
}

const unread = { ok: false, age_ms: null, error: null };

/** What could not be read is unknown. */
async function stateOf<T>(reading: Promise<T>): Promise<CollectorState<T>> {
  try {
    return { value: await reading, health: { ok: true, age_ms: 0, error: null } };
  } catch {
    return { value: null, health: unread };
  }
}
