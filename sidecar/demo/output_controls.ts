import type { JsonObject } from "./protocol.ts";
import {
  createOutput,
  type OutputRole,
  type SimulatedOutput,
  type SimulatedState,
} from "./state.ts";

/** Starts, stops and breaks outputs, with the counters and events of the real OBS. */
export interface OutputControls {
  /**
   * Starts an output with fresh counters. One of OBS's own outputs that does not exist yet is made.
   * @throws if there is no such output, or if it runs already.
   */
  startOutput(name: string): SimulatedOutput;
  /** Stops an output; its counters keep their values. @throws if it does not run. */
  stopOutput(name: string): SimulatedOutput;
  /** The connection breaks: the output stays active, reconnects, and counts no further. */
  disconnectOutput(name: string): SimulatedOutput;
  /** OBS tries to connect again: bytes and drops are zeroed, whatever comes of it. */
  attemptReconnect(name: string): SimulatedOutput;
  /** The try succeeds: total frames are zeroed, the output goes on. */
  finishReconnect(name: string): SimulatedOutput;
  /** A whole reconnect: break, try and success. */
  reconnectOutput(name: string): SimulatedOutput;
}

const EVENT_TYPES: Record<OutputRole, string | null> = {
  stream: "StreamStateChanged",
  record: "RecordStateChanged",
  replay: "ReplayBufferStateChanged",
  virtualcam: "VirtualcamStateChanged",
  other: null,
};

/** States in which OBS's events say `outputActive: true`. Source: obs-websocket, EventHandler_Outputs.cpp. */
const ACTIVE_STATES = new Set(["STARTED", "RECONNECTED"]);

/** Finds an output by its name. @throws if there is none, naming those that exist. */
function findOutput(state: SimulatedState, name: string): SimulatedOutput {
  const output = state.outputs.find((candidate) => candidate.name === name);
  if (output) return output;
  const known = state.outputs.map((candidate) => candidate.name).join(", ") || "none";
  throw new Error(`No output named ${name}: add it to state.outputs first (there are: ${known})`);
}

/** Makes the controls. Where the counters change is read in OBS's obs-output.c and rtmp-stream.c. */
export function createOutputControls(
  getState: () => SimulatedState,
  emit: (eventType: string, eventData: JsonObject) => void,
): OutputControls {
  function announce(output: SimulatedOutput, state: string): void {
    const eventType = EVENT_TYPES[output.role];
    const silent = output.role === "virtualcam" && state !== "STARTED" && state !== "STOPPED";
    if (eventType === null || silent) return;
    const data: JsonObject = {
      outputActive: ACTIVE_STATES.has(state),
      outputState: `OBS_WEBSOCKET_OUTPUT_${state}`,
    };
    if (output.role === "record") {
      data.outputPath = state === "STARTED" || state === "STOPPED" ? getState().recordPath : null;
    }
    emit(eventType, data);
  }

  function findOrMake(name: string): SimulatedOutput {
    const state = getState();
    const fresh = createOutput(name);
    const exists = state.outputs.some((candidate) => candidate.name === name);
    if (!exists && fresh.role !== "other") state.outputs.push(fresh);
    return findOutput(state, name);
  }

  function running(name: string): SimulatedOutput {
    const output = findOutput(getState(), name);
    if (!output.active) throw new Error(`${name} does not run: start it first`);
    return output;
  }

  function startOutput(name: string): SimulatedOutput {
    const output = findOrMake(name);
    if (output.active) throw new Error(`${name} runs already: stop it first`);
    const { outputs, stats } = getState();
    announce(output, "STARTING");
    if (!outputs.some(({ active }) => active)) {
      stats.outputSkippedFrames = 0;
      stats.outputTotalFrames = 0;
    }
    Object.assign(output, { active: true, reconnecting: false, paused: false, congestion: 0 });
    Object.assign(output, { bytes: 0, droppedFrames: 0, totalFrames: 0 });
    announce(output, "STARTED");
    return output;
  }

  function stopOutput(name: string): SimulatedOutput {
    const output = running(name);
    announce(output, "STOPPING");
    Object.assign(output, { active: false, reconnecting: false, paused: false });
    announce(output, "STOPPED");
    return output;
  }

  function disconnectOutput(name: string): SimulatedOutput {
    const output = running(name);
    output.reconnecting = true;
    if (output.role === "stream") announce(output, "RECONNECTING");
    return output;
  }

  function attemptReconnect(name: string): SimulatedOutput {
    return Object.assign(running(name), { bytes: 0, droppedFrames: 0 });
  }

  function finishReconnect(name: string): SimulatedOutput {
    const output = Object.assign(running(name), {
      totalFrames: 0,
      congestion: 0,
      reconnecting: false,
    });
    if (output.role === "stream") announce(output, "RECONNECTED");
    return output;
  }

  function reconnectOutput(name: string): SimulatedOutput {
    disconnectOutput(name);
    attemptReconnect(name);
    return finishReconnect(name);
  }

  return {
    startOutput,
    stopOutput,
    disconnectOutput,
    attemptReconnect,
    finishReconnect,
    reconnectOutput,
  };
}
