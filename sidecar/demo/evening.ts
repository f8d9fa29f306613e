import type { Clock } from "../time/clock.ts";
import { type Cue, EVENING_OUTPUTS, type Phase, PHASES } from "./phases.ts";
import { createRandom } from "./random.ts";
import type { SimulatedObs } from "./simulated_obs.ts";
import { createOutput, type SimulatedOutput } from "./state.ts";
import { StreamingPc } from "./streaming_pc.ts";

/** Settings of an evening. */
export interface EveningOptions {
  obs: SimulatedObs;
  /** Drives `advance`. */
  clock: Clock;
  /** How fast the phases follow each other; counters run in real time at any speed. Default 1. */
  speed?: number;
  /** Makes the noise; the same seed makes the same evening. Default 1. */
  seed?: number;
  phases?: readonly Phase[];
}

/** A believable evening of a streamer, lived through by a simulated OBS. */
export interface Evening {
  /** The phase it is in. */
  readonly phase: Phase;
  /** Lets time pass: moves the counters on, starts, stops and breaks outputs as the phases say. */
  step(dtMs: number): void;
  /** Lets as much time pass as the clock has since the last call, 10 s at most. */
  advance(): void;
}

/** Longest span that is taken as one; queues and cues are right to this. */
const SPAN_MS = 50;

/** After a sleep of the machine the evening goes on about where it was. */
const LONGEST_ADVANCE_MS = 10_000;

/**
 * Sets the stage: the outputs stand in OBS's list, stopped. `step` or `advance` moves it on.
 * @throws if there is no phase.
 */
export function createEvening(options: EveningOptions): Evening {
  const { obs, clock, speed = 1, seed = 1, phases = PHASES } = options;
  const pc = new StreamingPc(createRandom(seed));
  let phaseIndex = 0;
  let phaseMs = 0;
  let cuesDone = 0;
  let lastMs = clock.monotonic();

  function find(name: string): SimulatedOutput | undefined {
    return obs.state.outputs.find((output) => output.name === name);
  }

  function currentPhase(): Phase {
    const phase = phases[phaseIndex];
    if (!phase) throw new Error("An evening without phases cannot begin: give it at least one");
    return phase;
  }

  function enterScene(): void {
    const { scene } = currentPhase();
    if (scene !== undefined && scene !== obs.state.scene) obs.setScene(scene);
  }

  /** A client may have started or stopped an output itself: then there is nothing left to do. */
  function play({ action, output: key }: Cue): void {
    const name = EVENING_OUTPUTS[key];
    const running = find(name)?.active ?? false;
    if (running === (action === "start")) return;
    if (action === "start") obs.startOutput(name);
    if (action === "stop") obs.stopOutput(name);
    if (action === "attempt") obs.attemptReconnect(name);
    if (action === "reconnect") obs.finishReconnect(name);
    if (action === "disconnect") {
      obs.disconnectOutput(name);
      pc.loseConnection(key);
    }
  }

  function playDueCues(): void {
    const cues = currentPhase().cues ?? [];
    for (let cue = cues[cuesDone]; cue && cue.atMs <= phaseMs; cue = cues[cuesDone]) {
      cuesDone++;
      play(cue);
    }
  }

  function moveOn(dtMs: number): void {
    phaseMs += dtMs * speed;
    playDueCues();
    while (phaseMs >= currentPhase().seconds * 1000) {
      phaseMs -= currentPhase().seconds * 1000;
      phaseIndex = (phaseIndex + 1) % phases.length;
      cuesDone = 0;
      enterScene();
      playDueCues();
    }
  }

  function step(dtMs: number): void {
    for (let leftMs = dtMs; leftMs > 0; leftMs -= SPAN_MS) {
      const spanMs = Math.min(leftMs, SPAN_MS);
      moveOn(spanMs);
      pc.run(obs.state, currentPhase(), spanMs / 1000);
    }
  }

  for (const key of ["youtube", "recording", "replay"] as const) {
    const name = EVENING_OUTPUTS[key];
    if (!find(name)) obs.state.outputs.push(createOutput(name));
  }
  enterScene();
  return {
    get phase() {
      return currentPhase();
    },
    step,
    advance() {
      const nowMs = clock.monotonic();
      const dtMs = nowMs - lastMs;
      lastMs = nowMs;
      step(Math.min(dtMs, LONGEST_ADVANCE_MS));
    },
  };
}
