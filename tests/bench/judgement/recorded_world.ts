import type { GpuReading } from "../../../sidecar/collectors/collector.ts";
import { NO_GPUS } from "../../../sidecar/collectors/gpu_source.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import {
  type ObsAnswer,
  type ObsRequest,
  STATE_EVENTS,
  type StateEvent,
} from "../../../sidecar/obs/session.ts";
import { type MachineMoment, type Recording, requestKey } from "./recording.ts";
import { recordedTruth } from "./recorded_truth.ts";
import type { Truth } from "./truth.ts";
import type { World, WorldEvent } from "./world.ts";

/** RequestStatus of obs-websocket's protocol: success, and a request that was not recorded. */
const SUCCESS = 100;
const UNKNOWN_REQUEST = 204;

/** A minute of a real OBS, played again. */
export class RecordedWorld implements World {
  readonly durationMs: number;
  readonly #recording: Recording;
  readonly #answers = new Map<string, ObsAnswer>();
  #next = 0;
  #connected = false;
  #process = 0;
  #meters: Fields = {};
  #machine: MachineMoment = { cpu: null, memory: null, diskFreeBytes: null };

  constructor(recording: Recording) {
    this.#recording = recording;
    this.durationMs = recording.lines.at(-1)?.t ?? 0;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get process(): number {
    return this.#process;
  }

  advance(toMs: number): WorldEvent[] {
    const events: WorldEvent[] = [];
    const { lines } = this.#recording;
    for (let line = lines[this.#next]; line !== undefined && line.t <= toMs;) {
      if ("request" in line) {
        const { request, code, data } = line;
        this.#answers.set(request, { ok: code === SUCCESS, code, data });
      } else if ("event" in line) {
        if (isStateEvent(line.event)) events.push({ event: line.event, data: line.data });
      } else if ("meters" in line) {
        this.#meters = line.meters;
      } else if ("machine" in line) {
        this.#machine = line.machine;
      } else {
        this.#connected = line.connected;
        if (line.connected) this.#process++;
        else this.#answers.clear();
      }
      line = lines[++this.#next];
    }
    return events;
  }

  answer({ requestType, requestData }: ObsRequest): ObsAnswer {
    return this.#answers.get(requestKey(requestType, requestData)) ??
      { ok: false, code: UNKNOWN_REQUEST, data: {} };
  }

  meters(): Fields {
    return this.#meters;
  }

  /** Without the processor's load: the machine that recorded had other work besides. */
  machine(): MachineMoment {
    return { ...this.#machine, cpu: null };
  }

  gpus(): GpuReading {
    return NO_GPUS;
  }

  truth(): Truth {
    return recordedTruth(this.#recording);
  }
}

function isStateEvent(event: string): event is StateEvent {
  return (STATE_EVENTS as readonly string[]).includes(event);
}
