import { EVENING_OUTPUTS, type Phase } from "./phases.ts";
import type { Random } from "./random.ts";
import { SendQueue } from "./send_queue.ts";
import type { SimulatedOutput, SimulatedState } from "./state.ts";
import { WholeCounter } from "./whole_counter.ts";

/** A stretch of time in which nothing changes. */
interface Span {
  seconds: number;
  /** Frames a second that leave the encoder. */
  fps: number;
}

/** Bitrates with audio, kbit/s. */
const BITRATE_KBPS = { twitch: 6160, youtube: 8160, recording: 16_000 } as const;

/** The streamer's machine: GPU, encoder, line and disk, and what each of them makes of a phase. */
export class StreamingPc {
  #random: Random;
  #queues = { twitch: new SendQueue(), youtube: new SendQueue() };
  #rendered = new WholeCounter();
  #lagged = new WholeCounter();
  #encoded = new WholeCounter();
  #skipped = new WholeCounter();
  #recordedFrames = new WholeCounter();
  #recordedBytes = new WholeCounter();
  #replayFrames = new WholeCounter();

  constructor(random: Random) {
    this.#random = random;
  }

  /** What waited for a connection that broke is lost. */
  loseConnection(key: keyof typeof EVENING_OUTPUTS): void {
    if (key === "twitch" || key === "youtube") this.#queues[key].clear();
  }

  /** Lets a span pass, 100 ms or less, and moves every count on. */
  run(state: SimulatedState, phase: Phase, seconds: number): void {
    this.#render(state, phase, seconds);
    const fps = this.#encode(state, phase, seconds);
    this.#stream(state, phase, { seconds, fps });
    this.#record(state, { seconds, fps });
    this.#burden(state, phase);
  }

  /** A GPU that needs longer than a frame's time lets frames lag; the encoder gets doubles. */
  #render(state: SimulatedState, phase: Phase, seconds: number): void {
    const { stats } = state;
    const targetFps = frameRate(state);
    const late = phase.renderMs > 1000 / targetFps;
    const renderMs = this.#random.around(phase.renderMs, late ? 0.05 : 0.15);
    const fps = late ? Math.min(targetFps, 1000 / renderMs) : targetFps;
    stats.averageFrameRenderTime = renderMs;
    stats.activeFps = late ? fps : Math.min(targetFps, this.#random.around(targetFps, 0.0005));
    stats.renderTotalFrames += this.#rendered.take(targetFps * seconds);
    stats.renderSkippedFrames += this.#lagged.take((targetFps - fps) * seconds);
  }

  /** Works while an output runs; returns the frames a second that come out. */
  #encode(state: SimulatedState, phase: Phase, seconds: number): number {
    if (!state.outputs.some((output) => output.active)) return 0;
    const targetFps = frameRate(state);
    const overloaded = phase.encoderFps < targetFps;
    const fps = overloaded
      ? Math.min(targetFps, this.#random.around(phase.encoderFps, 0.08))
      : targetFps;
    state.stats.outputTotalFrames += this.#encoded.take(targetFps * seconds);
    state.stats.outputSkippedFrames += this.#skipped.take((targetFps - fps) * seconds);
    return fps;
  }

  /** Both streams share the line by what they want of it. */
  #stream(state: SimulatedState, phase: Phase, { seconds, fps }: Span): void {
    const keys = (["twitch", "youtube"] as const).filter((key) => sending(state, key));
    const wanted = keys.reduce((sum, key) => sum + BITRATE_KBPS[key], 0);
    const uplinkKbps = this.#random.around(phase.uplinkKbps, 0.08);
    for (const key of keys) {
      const output = sending(state, key);
      if (!output) continue;
      const { bytes, frames, dropped, congestion } = this.#queues[key].run({
        seconds,
        fps,
        bitrateKbps: this.#random.around(BITRATE_KBPS[key] * fps / frameRate(state), 0.06),
        capacityKbps: uplinkKbps * BITRATE_KBPS[key] / wanted,
      });
      output.bytes += bytes;
      output.totalFrames += frames;
      output.droppedFrames += dropped;
      output.congestion = congestion;
    }
  }

  /** A replay buffer counts frames, and bytes only while it saves. */
  #record(state: SimulatedState, { seconds, fps }: Span): void {
    const { stats } = state;
    const recording = sending(state, "recording");
    if (recording) {
      const kbit = this.#random.around(BITRATE_KBPS.recording, 0.25) * seconds;
      const bytes = this.#recordedBytes.take(kbit * 1000 / 8);
      recording.bytes += bytes;
      recording.totalFrames += this.#recordedFrames.take(fps * seconds);
      stats.availableDiskSpace = Math.max(0, stats.availableDiskSpace - bytes / 2 ** 20);
    }
    const replay = sending(state, "replay");
    if (replay) replay.totalFrames += this.#replayFrames.take(fps * seconds);
  }

  #burden(state: SimulatedState, phase: Phase): void {
    const running = state.outputs.filter((output) => output.active).length;
    const overload = phase.encoderFps < frameRate(state) ? 4 : 0;
    state.stats.cpuUsage = this.#random.around(1.5 + 0.9 * running + overload, 0.15);
    state.stats.memoryUsage = this.#random.around(620 + 70 * running, 0.003);
  }
}

function frameRate({ video }: SimulatedState): number {
  return video.fpsNumerator / video.fpsDenominator;
}

/** The output, if frames reach it now. */
function sending(
  { outputs }: SimulatedState,
  key: keyof typeof EVENING_OUTPUTS,
): SimulatedOutput | undefined {
  const output = outputs.find(({ name }) => name === EVENING_OUTPUTS[key]);
  return output?.active && !output.reconnecting ? output : undefined;
}
