/** What the encoder does to OBS's picture. */
import { above, plain, type Rule } from "../rule.ts";

/** Frames that the encoder was too busy to take. */
export const encoderSkips: Rule = {
  id: "encoder_skips",
  pace: "steady",
  find: ({ obs }, { lostFramesPercent }) => {
    const value = obs.recent_encoder_skipped_percentage;
    const severity = above(value, lostFramesPercent);
    return severity === null || value === null ? [] : [{
      severity,
      metric: "obs.recent_encoder_skipped_percentage",
      value,
      message: `Encoder: ${plain(value)} % of the frames are skipped. Choose a faster preset, a ` +
        "hardware encoder, or a lower resolution.",
    }];
  },
};
