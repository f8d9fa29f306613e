/** What the graphics card does to OBS's picture. */
import { isAnyActive } from "./any_active.ts";
import { NOTHING_RECENT } from "../recent.ts";
import { above, below, plain, type Rule, SINCE } from "../rule.ts";
import { lastingLoss } from "./lasting_loss.ts";

/** Frames that the graphics card rendered too late. */
export const renderLag: Rule = {
  id: "render_lag",
  pace: "steady",
  find: ({ recent = NOTHING_RECENT }, thresholds) => {
    const loss = lastingLoss(recent.lagged, thresholds);
    const severity = above(loss?.percent ?? null, thresholds.lostFramesPercent);
    return loss === null || severity === null ? [] : [{
      severity,
      metric: "obs.recent_render_lagged_percentage",
      value: loss.percent,
      beganMsAgo: loss.beganMsAgo,
      seenMsAgo: loss.seenMsAgo,
      message: `GPU: ${plain(loss.percent)} % of the frames are rendered late${SINCE}. Cap the ` +
        "game's frame rate, or lower its graphics settings.",
    }];
  },
};

/** OBS renders fewer frames than it is set to. */
export const lowFps: Rule = {
  id: "low_fps",
  pace: "momentary",
  yieldsTo: ["render_lag"],
  find: ({ obs }, { fpsPercent }) => {
    const { active_fps: fps, target_fps: target } = obs;
    if (fps === null || !target || !isAnyActive(obs)) return [];
    const severity = below(fps / target * 100, fpsPercent);
    return severity === null ? [] : [{
      severity,
      metric: "obs.active_fps",
      value: fps,
      message:
        `GPU: OBS renders ${plain(fps)} of ${plain(target)} frames a second${SINCE}. Cap the ` +
        "game's frame rate, or lower its graphics settings.",
    }];
  },
};

/** Rendering takes most of the time that there is for a frame. */
export const frameTime: Rule = {
  id: "frame_time",
  pace: "momentary",
  yieldsTo: ["encoder_skips", "render_lag", "low_fps"],
  find: ({ obs }, { frameTimePercent }) => {
    const { render_time_ms: value, target_fps: target } = obs;
    if (value === null || !target || !isAnyActive(obs)) return [];
    const intervalMs = 1000 / target;
    const severity = above(value / intervalMs * 100, frameTimePercent);
    return severity === null ? [] : [{
      severity,
      metric: "obs.render_time_ms",
      value,
      message: `GPU: OBS takes ${plain(value)} ms of the ${plain(intervalMs)} ms it has for a ` +
        `frame${SINCE}. Simplify the scene, or cap the game's frame rate.`,
    }];
  },
};
