import { NOTHING_RECENT } from "../recent.ts";
import { type Rule, SINCE } from "../rule.ts";
import { settled } from "./settled.ts";

/**
 * A live stream of which nothing more leaves OBS, though it is connected: its encoder or the output
 * hangs, and no other figure shows that. A still picture has its frames all the same. One that has
 * not sent anything since it connected may wait for a stream delay to fill.
 */
export const outputStalled: Rule = {
  id: "output_stalled",
  pace: "slow",
  yieldsTo: ["reconnecting", "network_drops", "bitrate_low", "congestion"],
  find: ({ obs, recent = NOTHING_RECENT }) =>
    settled(obs)
      .filter(({ id, kind, reconnecting, fps, bitrate_kbps: bitrate }) =>
        kind === "stream" && reconnecting !== true && fps === 0 && bitrate === 0 &&
        recent.outputs.get(id)?.hasSent === true
      )
      .map(({ id, name }) => ({
        subject: id,
        severity: "error",
        metric: `obs.outputs.${id}.bitrate_kbps`,
        value: 0,
        message: `${name}: nothing more is sent${SINCE}, though it is live. Stop the stream and ` +
          "start it again; if that does not help, restart OBS.",
      })),
};
