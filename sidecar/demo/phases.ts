/** What the simulated evening goes through. */

/** Outputs of the evening, under the names OBS and Aitum Multistream give them. */
export const EVENING_OUTPUTS = {
  twitch: "adv_stream",
  youtube: "aitum_multi_output_YouTube",
  recording: "adv_file_output",
  replay: "Replay Buffer",
} as const;

/** What happens to an output at a moment of a phase. */
export interface Cue {
  /** Milliseconds after the phase's begin. */
  atMs: number;
  action: "start" | "stop" | "disconnect" | "attempt" | "reconnect";
  output: keyof typeof EVENING_OUTPUTS;
}

/** A stretch of the evening in which nothing changes but by its cues. */
export interface Phase {
  name: string;
  seconds: number;
  /** What the user's line takes upwards, kbit/s. Both streams together want 14,320. */
  uplinkKbps: number;
  /** Frames a second that the encoder manages; below 60 it skips the rest. */
  encoderFps: number;
  /** Time the GPU takes for one frame; above the frame time, 16.7 ms, frames lag. */
  renderMs: number;
  scene?: string;
  cues?: readonly Cue[];
}

const GOOD = { uplinkKbps: 25_000, encoderFps: 60, renderMs: 5.5 } as const;

/** The whole evening, four minutes; it begins anew when it is over. */
export const PHASES: readonly Phase[] = [
  { ...GOOD, name: "Before going live", seconds: 8, scene: "Starting Soon" },
  {
    ...GOOD,
    name: "Going live",
    seconds: 7,
    cues: [
      { atMs: 0, action: "start", output: "twitch" },
      { atMs: 1500, action: "start", output: "youtube" },
      { atMs: 3000, action: "start", output: "recording" },
      { atMs: 3500, action: "start", output: "replay" },
    ],
  },
  { ...GOOD, name: "All well", seconds: 45, scene: "Gameplay" },
  { ...GOOD, name: "The upload weakens", seconds: 20, uplinkKbps: 12_500 },
  { ...GOOD, name: "Network dip", seconds: 15, uplinkKbps: 6_000 },
  {
    ...GOOD,
    name: "Connection to Twitch lost",
    seconds: 10,
    uplinkKbps: 18_000,
    cues: [
      { atMs: 0, action: "disconnect", output: "twitch" },
      { atMs: 4000, action: "attempt", output: "twitch" },
      { atMs: 4600, action: "reconnect", output: "twitch" },
    ],
  },
  { ...GOOD, name: "The network recovers", seconds: 25 },
  { ...GOOD, name: "Encoder overload", seconds: 25, encoderFps: 48 },
  { ...GOOD, name: "The encoder recovers", seconds: 20, scene: "Just Chatting" },
  { ...GOOD, name: "GPU too busy", seconds: 25, renderMs: 20.5, scene: "Gameplay" },
  { ...GOOD, name: "All well again", seconds: 30 },
  {
    ...GOOD,
    name: "Wrapping up",
    seconds: 10,
    scene: "Ending",
    cues: [
      { atMs: 4000, action: "stop", output: "replay" },
      { atMs: 5000, action: "stop", output: "recording" },
      { atMs: 6000, action: "stop", output: "youtube" },
      { atMs: 7000, action: "stop", output: "twitch" },
    ],
  },
];
