import type { Evening } from "./evening.ts";
import { SimulatedOutput } from "./output.ts";

/** Bitrate of recordings and of the replay buffer. */
const FILE_KBPS = 16_000;

/** Outputs of an evening's OBS. */
export interface Outputs {
  main: SimulatedOutput;
  recording: SimulatedOutput | null;
  /** These, a plugin's streams and the replay buffer. */
  all: SimulatedOutput[];
}

/** Makes the outputs of an evening, all of them idle. */
export function makeOutputs({ kbps, rateControl, incident, extras }: Evening): Outputs {
  const mode = rateControl === "VBR" ? "adv" : "simple";
  const main = new SimulatedOutput({
    name: `${mode}_stream`,
    kind: "rtmp_output",
    kbps,
    dynamicBitrate: incident.kind === "dynamic_bitrate",
  });
  const platforms = extras.platforms.map((name) =>
    new SimulatedOutput({ name: `aitum_multi_output_${name}`, kind: "rtmp_output", kbps })
  );
  const recording = extras.recording
    ? new SimulatedOutput({ name: `${mode}_file_output`, kind: "ffmpeg_muxer", kbps: FILE_KBPS })
    : null;
  const replay = extras.replay
    ? [new SimulatedOutput({ name: "Replay Buffer", kind: "replay_buffer", kbps: FILE_KBPS })]
    : [];
  const recordings = recording === null ? [] : [recording];
  return { main, recording, all: [main, ...platforms, ...recordings, ...replay] };
}
