/**
 * What each query must answer at the evening's end, told from what `evening.ts` pushes: by panel
 * and query, for each series by its labels.
 */

/** Values by the labels of their series. */
export type Answer = Readonly<Record<string, number>>;

const BEN = "bbbb";
const STREAM = "bbbb twitch simple_stream";
const RECORD = "bbbb simple_file_output";

/** All streamers: Mia is aaaa, Ben bbbb, Lee dddd; Zoe fell silent. */
export const FLEET_ANSWERS: Readonly<Record<string, Answer>> = {
  "Streamers A": { "": 3 },
  "Live A": { "": 3 },
  "Critical A": { "": 1 },
  "Warning A": { "": 1 },
  "Reconnecting A": { "": 1 },
  "Fell silent A": { "": 1 },
  "Who and why A": { aaaa: 0, bbbb: 2, dddd: 1 },
  "Who and why B": { aaaa: 1, bbbb: 1, dddd: 1 },
  "Who and why C": { aaaa: 0, bbbb: 0.25, dddd: 0.02 },
  // Mia's counters of OBS stand still: there is no share of no frames.
  "Who and why D": { bbbb: 0.2, dddd: 0.02 },
  "Who and why E": { bbbb: 0.1, dddd: 0.02 },
  "Who and why F": { aaaa: 8800 / 9000, bbbb: 0.1, dddd: 5987 / 6000 },
  "Who and why G": { aaaa: 0.1, bbbb: 0.9, dddd: 0.03 },
  "Who and why H": { aaaa: 64, bbbb: 93, dddd: 64 },
  "Who and why I": { aaaa: 0.22, bbbb: 0.97, dddd: 0.22 },
  "Who and why J": { aaaa: 0.384, bbbb: 0.96, dddd: 0.384 },
  "Who and why K": { aaaa: 183_000, bbbb: 240, dddd: 183_000 },
  "Who and why L": { aaaa: 0, bbbb: 4 },
  "Live over time A": { "": 3 },
  "Alerts by severity A": { info: 1, warning: 2, error: 1, critical: 1 },
  "Frames that the network dropped, by platform A": { twitch: (0 + 0.25 + 0.02) / 3, youtube: 0 },
  "Bitrate by platform A": { twitch: 5_987_000 + 600_000 + 5_987_000, youtube: 8_800_000 },
};

/** Ben, with everything wrong. */
export const STREAMER_ANSWERS: Readonly<Record<string, Answer>> = {
  "Verdict A": { "": 2 },
  "Stream A": { "": 1 },
  "Recording A": { "": 1 },
  "OBS A": { "": 1 },
  "Alerts A": { "": 4 },
  "Last heard A": { "": 0 },
  "Verdict over time A": { [BEN]: 2 },
  "Network A": { "": 0.25 },
  "GPU A": { "": 0.2 },
  "Encoder A": { "": 0.1 },
  "Lost frames, by cause A": { [BEN]: 0.25 },
  "Lost frames, by cause B": { [BEN]: 0.2 },
  "Lost frames, by cause C": { [BEN]: 0.1 },
  "Alerts by severity A": {
    "bbbb info": 0,
    "bbbb warning": 2,
    "bbbb error": 1,
    "bbbb critical": 1,
  },
  "Outputs A": { [STREAM]: 1, [RECORD]: 1 },
  "Outputs B": { [STREAM]: 1, [RECORD]: 0 },
  "Outputs C": { [STREAM]: 600_000, [RECORD]: 18_240_000 },
  "Outputs D": { [STREAM]: 0.1 },
  "Outputs E": { [STREAM]: 0.25 },
  "Outputs F": { [STREAM]: 0.9 },
  "Outputs G": { [STREAM]: 3, [RECORD]: 0 },
  "Outputs H": { [STREAM]: 4840, [RECORD]: 4790 },
  "Bitrate A": { [STREAM]: 600_000, [RECORD]: 18_240_000 },
  "Send queue A": { [STREAM]: 0.9 },
  "Frame rate A": { [BEN]: 40 },
  "Frame rate B": { [BEN]: 60 },
  "Render time, of a frame's time A": { [BEN]: 0.02 * 60 },
  "Graphics card A": {
    "bbbb gpu-0 general": 0.71,
    "bbbb gpu-0 encoder": 0.97,
    "bbbb gpu-0 decoder": 0,
  },
  "Heat A": { "bbbb gpu-0": 93 },
  "Card's memory A": { "bbbb gpu-0": 1 },
  "Clock held down A": { "bbbb gpu-0": 1 },
  "Processor A": { [BEN]: 0.96 },
  "Processor B": { [BEN]: 0.046 },
  "Memory A": { [BEN]: 30 / 32 },
  "Network over time A": { "bbbb transmit": 6_400_000, "bbbb receive": 12_100_000 },
  "Round trip to the platform A": { [BEN]: 0.0235 },
  "Disk lasts A": { [BEN]: 240 },
  "Disk A": { [BEN]: 2 * 1024 ** 3 },
};

/** Ben's outputs. */
export const OUTPUT_ANSWERS: Readonly<Record<string, Answer>> = {
  "State A": { [STREAM]: 1, [RECORD]: 1 },
  "Connection A": { [STREAM]: 1, [RECORD]: 0 },
  "Bitrate, of its target A": { [STREAM]: 0.1 },
  "Dropped A": { [STREAM]: 0.25 },
  "Connection losses A": { [STREAM]: 2, [RECORD]: 0 },
  "Time lost A": { [STREAM]: 20, [RECORD]: 0 },
  "Connection over time A": { [STREAM]: 1, [RECORD]: 0 },
  "Bitrate and target A": { [STREAM]: 600_000, [RECORD]: 18_240_000 },
  "Bitrate and target B": { [STREAM]: 6_000_000 },
  "Dropped frames A": { [STREAM]: 0.25 },
  "Send queue A": { [STREAM]: 0.9 },
  "Frame rate A": { [STREAM]: 60, [RECORD]: 60 },
  "Encoding latency A": { [STREAM]: 0.0041 },
  "Runs for A": { [STREAM]: 4840, [RECORD]: 4790 },
};
