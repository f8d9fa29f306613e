import type { GpuReading } from "../../../sidecar/collectors/collector.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import type { ObsAnswer, ObsRequest, StateEvent } from "../../../sidecar/obs/session.ts";
import type { MachineMoment } from "./recording.ts";
import type { Truth } from "./truth.ts";

/** An event of OBS's. */
export interface WorldEvent {
  event: StateEvent;
  data: Fields;
}

/** OBS and its machine, simulated or recorded: what the sidecar can see of an evening. */
export interface World {
  /** How long there is something to see. */
  readonly durationMs: number;
  /** Whether OBS can be reached. */
  readonly connected: boolean;
  /** Counts the times that OBS was started. */
  readonly process: number;
  /** Lets time go by until so many ms from the start; returns what OBS told meanwhile. */
  advance(toMs: number): WorldEvent[];
  /** OBS's answer to a request. */
  answer(request: ObsRequest): ObsAnswer;
  /** Data of an `InputVolumeMeters` event of now. */
  meters(): Fields;
  machine(): MachineMoment;
  gpus(): GpuReading;
  /** What really happened; complete at the end. */
  truth(): Truth;
}
