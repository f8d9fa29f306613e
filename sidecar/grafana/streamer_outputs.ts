import { LOOKS } from "./looks.ts";
import { table } from "./panel.ts";
import { loss, series } from "./promql.ts";
import { OUTPUTS, overTime } from "./streamer_scope.ts";
import { OUTPUT_UID } from "./uids.ts";

/** One figure for each output. */
function ofOutputs(expr: string): string {
  return `max by (streamer_id, output, output_name, platform) (${expr})`;
}

/** The streamer's outputs side by side. */
export const OUTPUTS_ROW = {
  title: "Outputs",
  panels: [
    table({
      title: "Outputs",
      description: "A row for each output. Click a name for more.",
      ...{ width: 24, height: 7 },
      labels: {
        output_name: "Output",
        platform: "Platform",
        output: "Id",
        streamer_id: "Machine",
      },
      link: {
        title: "Show this output",
        url: `/d/${OUTPUT_UID}?\${datasource:queryparam}&\${streamer:queryparam}&` +
          "var-machine=${__data.fields.Machine:percentencode}&var-output=${__data.fields.Id:percentencode}",
      },
      sortBy: "State",
      columns: [
        {
          name: "State",
          ...LOOKS.running,
          expr: ofOutputs(series("obs.output.active", OUTPUTS)),
        },
        {
          name: "Connection",
          ...LOOKS.reconnecting,
          expr: ofOutputs(series("obs.output.reconnecting", OUTPUTS)),
        },
        {
          name: "Bitrate",
          ...{ unit: "bps", decimals: 2 },
          expr: ofOutputs(series("obs.output.bitrate", OUTPUTS)),
        },
        {
          name: "Of target",
          ...LOOKS.ofTarget,
          expr: ofOutputs(
            `${series("obs.output.bitrate", OUTPUTS)} / ` +
              `(${series("obs.output.bitrate.target", OUTPUTS)} > 0)`,
          ),
        },
        {
          name: "Dropped",
          ...LOOKS.lost,
          expr: ofOutputs(loss("network", { matchers: OUTPUTS })),
        },
        {
          name: "Send queue",
          ...LOOKS.queue,
          expr: ofOutputs(series("obs.output.congestion", OUTPUTS)),
        },
        {
          name: "Reconnects",
          ...LOOKS.count,
          expr: ofOutputs(series("obs.output.reconnects", OUTPUTS)),
        },
        {
          name: "Runs for",
          ...{ unit: "s", decimals: 0 },
          expr: ofOutputs(series("obs.output.uptime", OUTPUTS)),
        },
      ],
    }),
    overTime({
      title: "Bitrate",
      description: "What each output sends.",
      ...LOOKS.bitrate,
      queries: [{ expr: series("obs.output.bitrate", OUTPUTS), legend: "{{output_name}}" }],
    }),
    overTime({
      title: "Send queue",
      description: "How full each output's send queue is. Full: frames will be dropped.",
      ...LOOKS.queue,
      queries: [{ expr: series("obs.output.congestion", OUTPUTS), legend: "{{output_name}}" }],
    }),
  ],
};
