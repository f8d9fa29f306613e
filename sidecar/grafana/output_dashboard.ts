import { dashboard } from "./dashboard.ts";
import { LOOKS } from "./looks.ts";
import { stat, stateTimeline, timeSeries } from "./panel.ts";
import { during, loss, series } from "./promql.ts";
import { HALF, OUTPUTS, STREAMER_VARIABLES, WHO } from "./streamer_scope.ts";
import { OUTPUT_UID } from "./uids.ts";

const OUTPUT = `${OUTPUTS},output=~"$output"`;

const SMALL = { width: 4, height: 4 } as const;
const NAME = "{{output_name}}";

const TARGET = series("obs.output.bitrate.target", OUTPUT);
const BITRATE = series("obs.output.bitrate", OUTPUT);

/** One output: what it sends, what gets lost, and whether the connection holds. */
export const OUTPUT_BOARD = dashboard({
  uid: OUTPUT_UID,
  title: "OBS output",
  description: "One output: what it sends, what gets lost, and whether the connection holds.",
  from: "now-1h",
  variables: [...STREAMER_VARIABLES, {
    name: "output",
    label: "Output",
    query: `label_values(${series("obs.output.active", WHO, `platform=~"$platform"`)}, output)`,
    multi: true,
  }],
  rows: [{
    title: "Now",
    panels: [
      stat({
        title: "State",
        description: "Whether it runs.",
        ...{ ...SMALL, ...LOOKS.running },
        queries: [{ expr: series("obs.output.active", OUTPUT), legend: NAME }],
      }),
      stat({
        title: "Connection",
        description: "Whether it tries to get its connection back.",
        ...{ ...SMALL, ...LOOKS.reconnecting },
        queries: [{ expr: series("obs.output.reconnecting", OUTPUT), legend: NAME }],
      }),
      stat({
        title: "Bitrate, of its target",
        description: "A still picture needs little with VBR; else the connection takes no more.",
        ...{ ...SMALL, ...LOOKS.ofTarget },
        queries: [{ expr: `${BITRATE} / (${TARGET} > 0)`, legend: NAME }],
      }),
      stat({
        title: "Dropped",
        description: "Frames that the connection could not take, of late.",
        ...{ ...SMALL, ...LOOKS.lost },
        queries: [{ expr: loss("network", { matchers: OUTPUT }), legend: NAME }],
      }),
      stat({
        title: "Connection losses",
        description: "In the time that is shown.",
        ...{ ...SMALL, ...LOOKS.warnings },
        queries: [{
          expr: `increase(${series("obs.output.reconnects", OUTPUT)}[$__range])`,
          legend: NAME,
        }],
      }),
      stat({
        title: "Time lost",
        description: "Spent reconnecting, in the time that is shown.",
        ...{ ...SMALL, unit: "s", decimals: 0 },
        queries: [{
          expr: `increase(${series("obs.output.downtime", OUTPUT)}[$__range])`,
          legend: NAME,
        }],
      }),
    ],
  }, {
    title: "Over time",
    panels: [
      stateTimeline({
        title: "Connection over time",
        description: "When it was lost.",
        ...{ width: 24, height: 4, ...LOOKS.reconnecting },
        queries: [{ expr: during(series("obs.output.reconnecting", OUTPUT)), legend: NAME }],
      }),
      timeSeries({
        title: "Bitrate and target",
        description: "Below the target with a full send queue: the connection takes no more.",
        ...{ ...HALF, ...LOOKS.bitrate },
        queries: [
          { expr: during(BITRATE), legend: NAME },
          { expr: during(TARGET), legend: `${NAME}: target` },
        ],
      }),
      timeSeries({
        title: "Dropped frames",
        description: "Of the frames for this output.",
        ...{ ...HALF, ...LOOKS.lost },
        queries: [{ expr: during(loss("network", { matchers: OUTPUT })), legend: NAME }],
      }),
      timeSeries({
        title: "Send queue",
        description: "It fills before frames are dropped.",
        ...{ ...HALF, ...LOOKS.queue },
        queries: [{ expr: during(series("obs.output.congestion", OUTPUT)), legend: NAME }],
      }),
      timeSeries({
        title: "Frame rate",
        description: "Frames that reach this output.",
        ...{ ...HALF, ...LOOKS.frames },
        queries: [{ expr: during(series("obs.output.fps", OUTPUT)), legend: NAME }],
      }),
      timeSeries({
        title: "Encoding latency",
        description: "Of OBS's own encoder session on the graphics card.",
        ...{ ...HALF, unit: "s", min: 0 },
        queries: [{
          expr: during(series("obs.output.encoding_latency", OUTPUT)),
          legend: NAME,
        }],
      }),
      timeSeries({
        title: "Runs for",
        description: "A fall is a new begin.",
        ...{ ...HALF, unit: "s", min: 0 },
        queries: [{ expr: during(series("obs.output.uptime", OUTPUT)), legend: NAME }],
      }),
    ],
  }],
});
