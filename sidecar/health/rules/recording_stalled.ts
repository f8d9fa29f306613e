import { type Rule, SINCE } from "../rule.ts";

/**
 * A recording gets nothing more. All of OBS's file outputs count the bytes of each packet as they
 * hand it on (obs-studio, plugins/obs-ffmpeg and plugins/obs-outputs, `total_bytes`): the count
 * stands still where the encoder stopped, or the program or drive that writes takes no more. A
 * pause is none; where OBS does not tell of pauses, as of plugins' recordings, nothing is judged.
 */
export const recordingStalled: Rule = {
  id: "recording_stalled",
  pace: "recordingStalled",
  find: ({ obs }) =>
    (obs.outputs ?? [])
      .filter(({ kind, active, paused, bitrate_kbps: bitrate }) =>
        kind === "record" && active === true && paused === false && bitrate === 0
      )
      .map(({ id, name }) => ({
        subject: id,
        severity: "error",
        metric: `obs.outputs.${id}.bitrate_kbps`,
        value: 0,
        message:
          `${name}: nothing more is written${SINCE}. Check that the drive is there and not full, ` +
          "then stop the recording and start a new one.",
      })),
};
