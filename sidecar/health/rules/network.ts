/** What the network does to the streams. */
import type { Output } from "../../../shared/telemetry.ts";
import { above, below, plain, type Rule } from "../rule.ts";
import type { Thresholds } from "../thresholds.ts";
import { settled } from "./settled.ts";

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
      message: `Network: ${output.name} is reconnecting. Check the internet connection and the ` +
        "platform's status page.",
    })),
};

/** Frames that the network could not take. */
export const networkDrops: Rule = {
  id: "network_drops",
  pace: "steady",
  find: ({ obs }, { lostFramesPercent }) =>
    settled(obs).flatMap((output) => {
      const value = output.recent_drop_percentage;
      const severity = above(value, lostFramesPercent);
      return severity === null || value === null ? [] : [{
        subject: output.id,
        severity,
        metric: `obs.outputs.${output.id}.recent_drop_percentage`,
        value,
        message: `Network: ${output.name} is dropping ${plain(value)} % of its frames. Lower the ` +
          "bitrate or check Wi-Fi.",
      }];
    }),
};

/** Less is sent than the user set. */
export const bitrateLow: Rule = {
  id: "bitrate_low",
  pace: "slow",
  find: ({ obs }, thresholds) =>
    settled(obs).flatMap((output) => {
      const { bitrate_kbps: bitrate, target_bitrate_kbps: target } = output;
      if (bitrate === null || !target || output.reconnecting) return [];
      // Nothing is sent while a stream delay fills.
      if (!output.total_frames) return [];
      const severity = below(bitrate / target * 100, thresholds.bitratePercent);
      if (severity === null) return [];
      const held = isHeldUp(output, thresholds);
      return [{
        subject: output.id,
        // With VBR a still picture needs little: alone it is no sign of a bad connection.
        severity: held ? severity : "warning",
        metric: `obs.outputs.${output.id}.bitrate_kbps`,
        value: bitrate,
        message: `Network: ${output.name} gets ${plain(bitrate / 1000)} of ` +
          `${plain(target / 1000)} Mb/s. ` + (held
            ? "Viewers see a soft picture. Lower the bitrate, or check the connection."
            : "A still picture does that with VBR; else lower the bitrate, or check the " +
              "connection."),
      }];
    }),
};

/** Whether the network does not take what the output sends. */
function isHeldUp(
  { congestion, recent_drop_percentage: drops }: Output,
  { congestion: limit, lostFramesPercent }: Thresholds,
): boolean {
  return (congestion ?? 0) > limit || above(drops, lostFramesPercent) !== null;
}

/** The send queue fills: frames are lost next. */
export const congestion: Rule = {
  id: "congestion",
  pace: "momentary",
  find: ({ obs }, { congestion: limit }) =>
    settled(obs).flatMap((output) => {
      const value = output.congestion;
      return value === null || value <= limit ? [] : [{
        subject: output.id,
        severity: "warning",
        metric: `obs.outputs.${output.id}.congestion`,
        value,
        message: `Network: ${output.name}'s send queue is ${plain(value * 100)} % full. Frames ` +
          "will be dropped soon. Lower the bitrate, or stop other uploads.",
      }];
    }),
};
