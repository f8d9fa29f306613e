/** What the network does to the streams. */
import type { Severity } from "../../../shared/severity.ts";
import type { Output } from "../../../shared/telemetry.ts";
import { NOTHING_RECENT, type Recent } from "../recent.ts";
import { above, below, plain, type Rule, SINCE } from "../rule.ts";
import type { Thresholds } from "../thresholds.ts";
import { settled } from "./settled.ts";

/** Longest time before the first lost frame that counts as the begin of the loss. */
const FILLING_MS = 5_000;

/** An output has lost its server. */
export const reconnecting: Rule = {
  id: "reconnecting",
  pace: { holdMs: 0, recoveryMs: 5_000 },
  find: ({ obs }) =>
    (obs.outputs ?? []).filter((output) => output.reconnecting === true).map((output) => ({
      subject: output.id,
      severity: "error",
      metric: `obs.outputs.${output.id}.reconnects`,
      value: output.reconnects ?? 0,
      message:
        `Network: ${output.name} is reconnecting${SINCE}. Check the internet connection and the ` +
        "platform's status page.",
    })),
};

/** Frames that the network could not take. */
export const networkDrops: Rule = {
  id: "network_drops",
  pace: "steady",
  yieldsTo: ["reconnecting"],
  find: ({ obs, recent = NOTHING_RECENT }, thresholds) =>
    settled(obs).flatMap((output) => {
      const { dropped: loss = null, halfFullMs = 0 } = recent.outputs.get(output.id) ?? {};
      const severity = above(loss?.percent ?? null, thresholds.lostFramesPercent);
      if (loss === null || severity === null || loss.frames < thresholds.leastLostFrames) return [];
      // OBS drops what waits all at once, and then nothing until its queue is full again.
      const isQueued = (output.congestion ?? 0) > thresholds.congestion;
      return [{
        subject: output.id,
        severity,
        metric: `obs.outputs.${output.id}.recent_drop_percentage`,
        value: loss.percent,
        // It began when the queue filled; one that was half full for long was not yet that.
        beganMsAgo: Math.max(loss.beganMsAgo, Math.min(halfFullMs, loss.beganMsAgo + FILLING_MS)),
        seenMsAgo: isQueued ? 0 : loss.seenMsAgo,
        message: `Network: ${output.name} is dropping ${plain(loss.percent)} % of its ` +
          `frames${SINCE}. Lower the bitrate or check Wi-Fi.`,
      }];
    }),
};

/** The network takes less than the user set; with Dynamic Bitrate that is all that shows. */
export const bitrateLow: Rule = {
  id: "bitrate_low",
  pace: "slow",
  yieldsTo: ["reconnecting", "network_drops"],
  find: ({ obs, recent = NOTHING_RECENT }, thresholds) =>
    settled(obs).flatMap((output) => {
      const { bitrate_kbps: bitrate, target_bitrate_kbps: target } = output;
      if (bitrate === null || !target || output.reconnecting) return [];
      // Nothing is sent while a stream delay fills.
      if (!output.total_frames) return [];
      const severity = tooLow(output, { recent, thresholds, percent: bitrate / target * 100 });
      if (severity === null) return [];
      return [{
        subject: output.id,
        severity,
        metric: `obs.outputs.${output.id}.bitrate_kbps`,
        value: bitrate,
        message: `Network: ${output.name} gets ${plain(bitrate / 1000)} of ` +
          `${plain(target / 1000)} Mb/s${SINCE}. Viewers see a soft picture. Lower the bitrate, ` +
          "or check the connection.",
      }];
    }),
};

/**
 * With VBR a still picture needs little, so that a low bitrate alone is no sign of a bad
 * connection. Where the output does not tell how the network fares, only very little is.
 */
function tooLow(
  { id, congestion, bitrate_kbps: bitrate, fps }: Output,
  { recent, thresholds, percent }: { recent: Recent; thresholds: Thresholds; percent: number },
): Severity | null {
  const { bitratePercent: limits } = thresholds;
  if (congestion === null) {
    // An output that hangs, or a stream delay that fills: nothing that a lower bitrate would help.
    if (bitrate === 0 && fps === 0) return null;
    return percent < limits.error ? "warning" : null;
  }
  const queuedMsAgo = recent.outputs.get(id)?.queuedMsAgo ?? null;
  return queuedMsAgo === null ? null : below(percent, limits);
}

/** The send queue fills: frames are lost next. */
export const congestion: Rule = {
  id: "congestion",
  pace: "momentary",
  yieldsTo: ["reconnecting", "network_drops", "bitrate_low"],
  find: ({ obs }, { congestion: limit }) =>
    settled(obs).flatMap((output) => {
      const value = output.congestion;
      return value === null || value <= limit ? [] : [{
        subject: output.id,
        severity: "warning",
        metric: `obs.outputs.${output.id}.congestion`,
        value,
        message: `Network: ${output.name}'s send queue is ${plain(value * 100)} % full${SINCE}. ` +
          "Frames will be dropped soon. Lower the bitrate, or stop other uploads.",
      }];
    }),
};
