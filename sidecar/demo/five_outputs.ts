import type { Clock } from "../time/clock.ts";
import type { SimulatedObs } from "./simulated_obs.ts";
import { createOutput, type SimulatedOutput } from "./state.ts";
import { WholeCounter } from "./whole_counter.ts";

/** Five streams and a recording that never fail: the load under which the sidecar is measured. */
export interface FiveOutputs {
  /** Stops every output and the counting. */
  stop(): void;
}

/** The outputs and their bitrates with audio, kbit/s. */
const OUTPUTS: readonly { name: string; kbps: number }[] = [
  { name: "adv_stream", kbps: 6160 },
  { name: "aitum_multi_output_YouTube", kbps: 8160 },
  { name: "aitum_multi_output_Kick", kbps: 8160 },
  { name: "aitum_multi_output_TikTok", kbps: 4160 },
  { name: "aitum_multi_output_Facebook", kbps: 4160 },
  { name: "adv_file_output", kbps: 16_000 },
];

/**
 * Starts the outputs. Counters move only when a client asks, by what the clock says has passed, so
 * that nothing loads the machine between two polls.
 */
export function createFiveOutputs(
  { obs, clock }: { obs: SimulatedObs; clock: Clock },
): FiveOutputs {
  const running = OUTPUTS.map(({ name, kbps }) => {
    if (!obs.state.outputs.some((output) => output.name === name)) {
      obs.state.outputs.push(createOutput(name));
    }
    obs.startOutput(name);
    return { name, kbps, bytes: new WholeCounter(), frames: new WholeCounter() };
  });
  const rendered = new WholeCounter();
  let lastMs = clock.monotonic();

  function find(name: string): SimulatedOutput | undefined {
    return obs.state.outputs.find((output) => output.name === name && output.active);
  }

  function advance(): void {
    const { stats, video } = obs.state;
    const nowMs = clock.monotonic();
    const seconds = (nowMs - lastMs) / 1000;
    lastMs = nowMs;
    const frames = seconds * video.fpsNumerator / video.fpsDenominator;
    const whole = rendered.take(frames);
    stats.renderTotalFrames += whole;
    stats.outputTotalFrames += whole;
    for (const counters of running) {
      const output = find(counters.name);
      if (!output || output.reconnecting) continue;
      output.bytes += counters.bytes.take(counters.kbps * 125 * seconds);
      output.totalFrames += counters.frames.take(frames);
    }
  }

  const end = obs.onBeforeAnswer(advance);
  return {
    stop() {
      advance();
      end();
      for (const { name } of running) {
        if (find(name)) obs.stopOutput(name);
      }
    },
  };
}
