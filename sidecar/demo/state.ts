/** Everything the simulated OBS knows about itself. Plain data: tests and scripts write it freely. */
import type { OutputKind } from "../../shared/telemetry.ts";

/** What an output is for; decides which events it sends. */
export type OutputRole = OutputKind;

/** What `GetStats` reports, under OBS's own names. Sizes in MiB, times in ms. */
export interface SimulatedStats {
  cpuUsage: number;
  memoryUsage: number;
  availableDiskSpace: number;
  activeFps: number;
  averageFrameRenderTime: number;
  /** Frames the GPU lagged; never reset while OBS runs. */
  renderSkippedFrames: number;
  renderTotalFrames: number;
  /** Frames the encoder skipped; reset when the first output starts. */
  outputSkippedFrames: number;
  outputTotalFrames: number;
}

/** One output with its raw counters. */
export interface SimulatedOutput {
  name: string;
  /** OBS's `outputKind`. */
  kind: string;
  role: OutputRole;
  width: number;
  height: number;
  /** True while reconnecting too, as in OBS. */
  active: boolean;
  reconnecting: boolean;
  paused: boolean;
  /** 0 to 1; NaN as OBS sends it at times. */
  congestion: number;
  bytes: number;
  droppedFrames: number;
  totalFrames: number;
}

/** An input with sound. */
export interface SimulatedInput {
  name: string;
  /** How loud it is before fader and mute, as a factor: 1 is full scale. */
  peak: number;
  muted: boolean;
  /** Tracks that it is on, 1 to 6. */
  tracks: number[];
}

/** A scene. */
export interface SimulatedScene {
  name: string;
  uuid: string;
}

/** Values of a profile: section, then key. */
export type ProfileParameters = Record<string, Record<string, string>>;

/** The whole state. */
export interface SimulatedState {
  obsVersion: string;
  obsWebSocketVersion: string;
  platform: string;
  platformDescription: string;
  stats: SimulatedStats;
  outputs: SimulatedOutput[];
  /** Inputs with sound in the program scene. */
  inputs: SimulatedInput[];
  scenes: SimulatedScene[];
  /** Name of the program scene. */
  scene: string;
  sceneCollections: string[];
  sceneCollection: string;
  profiles: string[];
  profile: string;
  /** What the user set in the profile. */
  profileParameters: ProfileParameters;
  /** What OBS falls back to. */
  profileDefaults: ProfileParameters;
  /** Stream service: OBS's type and settings, the stream key included, as OBS gives them out. */
  service: { type: string; settings: Record<string, unknown> };
  recordDirectory: string;
  /** Path of the last recording. */
  recordPath: string;
  video: {
    fpsNumerator: number;
    fpsDenominator: number;
    baseWidth: number;
    baseHeight: number;
    outputWidth: number;
    outputHeight: number;
  };
}

/** Names of the outputs that OBS makes by itself, with kind and role. */
const OWN_OUTPUTS: readonly Pick<SimulatedOutput, "name" | "kind" | "role">[] = [
  { name: "adv_stream", kind: "rtmp_output", role: "stream" },
  { name: "simple_stream", kind: "rtmp_output", role: "stream" },
  { name: "adv_file_output", kind: "ffmpeg_muxer", role: "record" },
  { name: "simple_file_output", kind: "ffmpeg_muxer", role: "record" },
  { name: "Replay Buffer", kind: "replay_buffer", role: "replay" },
  { name: "virtualcam_output", kind: "virtualcam_output", role: "virtualcam" },
];

/**
 * A stopped output without counts. One of OBS's own gets its kind and role by its name, any other
 * is a plugin's RTMP output.
 */
export function createOutput(
  name: string,
  fields: Partial<Omit<SimulatedOutput, "name">> = {},
): SimulatedOutput {
  return {
    kind: "rtmp_output",
    role: "other",
    width: 1920,
    height: 1080,
    active: false,
    reconnecting: false,
    paused: false,
    congestion: 0,
    bytes: 0,
    droppedFrames: 0,
    totalFrames: 0,
    ...OWN_OUTPUTS.find((own) => own.name === name),
    ...fields,
    name,
  };
}

/** An idle OBS, just started, set up to stream to Twitch at 6000 kbit/s and 60 frames a second. */
export function createState(fields: Partial<SimulatedState> = {}): SimulatedState {
  return {
    obsVersion: "31.0.2",
    obsWebSocketVersion: "5.5.4",
    platform: "windows",
    platformDescription: "Windows 11 Version 24H2",
    stats: {
      cpuUsage: 3,
      memoryUsage: 620,
      availableDiskSpace: 480_000,
      activeFps: 60,
      averageFrameRenderTime: 4.5,
      renderSkippedFrames: 0,
      renderTotalFrames: 0,
      outputSkippedFrames: 0,
      outputTotalFrames: 0,
    },
    outputs: [createOutput("virtualcam_output"), createOutput("adv_file_output")],
    inputs: ["Desktop Audio", "Mic/Aux"].map((name) => ({
      name,
      peak: 0.2,
      muted: false,
      tracks: [1, 2, 3, 4, 5, 6],
    })),
    scenes: [
      { name: "Ending", uuid: "5f0f5ea8-52f5-4f0d-8f5f-9d4f1c1a0004" },
      { name: "Just Chatting", uuid: "5f0f5ea8-52f5-4f0d-8f5f-9d4f1c1a0003" },
      { name: "Gameplay", uuid: "5f0f5ea8-52f5-4f0d-8f5f-9d4f1c1a0002" },
      { name: "Starting Soon", uuid: "5f0f5ea8-52f5-4f0d-8f5f-9d4f1c1a0001" },
    ],
    scene: "Starting Soon",
    sceneCollections: ["Untitled"],
    sceneCollection: "Untitled",
    profiles: ["Untitled"],
    profile: "Untitled",
    profileParameters: {
      Output: { Mode: "Simple", DynamicBitrate: "false" },
      SimpleOutput: { VBitrate: "6000", ABitrate: "160" },
    },
    profileDefaults: {
      Output: { Mode: "Simple", DynamicBitrate: "false" },
      SimpleOutput: { VBitrate: "2500", ABitrate: "160" },
    },
    service: {
      type: "rtmp_common",
      settings: { service: "Twitch", server: "auto", key: "simulated-stream-key" },
    },
    recordDirectory: "C:\\Users\\Streamer\\Videos",
    recordPath: "C:\\Users\\Streamer\\Videos\\2026-01-01 20-00-00.mkv",
    video: {
      fpsNumerator: 60,
      fpsDenominator: 1,
      baseWidth: 1920,
      baseHeight: 1080,
      outputWidth: 1920,
      outputHeight: 1080,
    },
    ...fields,
  };
}

/**
 * What a restart of OBS leaves of a state: settings stay, every count is zero, nothing runs, and
 * the main stream's output does not exist before its first start.
 */
export function restartedState(state: SimulatedState): SimulatedState {
  return {
    ...state,
    stats: {
      ...state.stats,
      renderSkippedFrames: 0,
      renderTotalFrames: 0,
      outputSkippedFrames: 0,
      outputTotalFrames: 0,
    },
    outputs: state.outputs
      .filter(({ role }) => role !== "stream")
      .map(({ name, kind, role, width, height }) =>
        createOutput(name, { kind, role, width, height })
      ),
  };
}
