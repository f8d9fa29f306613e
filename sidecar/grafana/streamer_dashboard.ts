import { dashboard } from "./dashboard.ts";
import { LOOKS } from "./looks.ts";
import { stat, stateTimeline } from "./panel.ts";
import { during, loss, series } from "./promql.ts";
import { MACHINE_ROWS } from "./streamer_machine.ts";
import { OUTPUTS_ROW } from "./streamer_outputs.ts";
import { OUTPUTS, overTime, STREAMER_VARIABLES, WHO } from "./streamer_scope.ts";
import { STREAMER_UID } from "./uids.ts";

const SMALL = { width: 4, height: 4 } as const;

/** One streamer: is the stream healthy, and if not, is it the network, the GPU or the encoder? */
export const STREAMER = dashboard({
  uid: STREAMER_UID,
  title: "OBS streamer",
  description: "One streamer: is the stream healthy, and if not, is it the network, the GPU or " +
    "the encoder?",
  from: "now-1h",
  variables: STREAMER_VARIABLES,
  rows: [
    {
      title: "Is it live and healthy?",
      panels: [
        stat({
          title: "Verdict",
          description: "The sidecar's own verdict.",
          ...{ ...SMALL, ...LOOKS.verdict },
          queries: [{ expr: `max(${series("obs.health.status", WHO)})` }],
        }),
        stat({
          title: "Stream",
          description: "Whether OBS streams.",
          ...{ ...SMALL, ...LOOKS.live },
          queries: [{ expr: `max(${series("obs.streaming", WHO)})` }],
        }),
        stat({
          title: "Recording",
          description: "Whether OBS records.",
          ...{ ...SMALL, ...LOOKS.recording },
          queries: [{ expr: `max(${series("obs.recording", WHO)})` }],
        }),
        stat({
          title: "OBS",
          description: "Whether the sidecar is connected to OBS.",
          ...{ ...SMALL, ...LOOKS.connected },
          queries: [{ expr: `max(${series("obs.connected", WHO)})` }],
        }),
        stat({
          title: "Alerts",
          description: "Alerts that fire now, information aside.",
          ...{ ...SMALL, ...LOOKS.troubles },
          queries: [{ expr: `sum(${series("obs.alerts.firing", `severity!="info"`, WHO)})` }],
        }),
        stat({
          title: "Last heard",
          description:
            "How long ago the newest figures were taken. Past a minute: PC off, sidecar " +
            "ended or no connection.",
          ...{ ...SMALL, ...LOOKS.silence },
          queries: [{ expr: `time() - max(timestamp(${series("obs.connected", WHO)}))` }],
        }),
        stateTimeline({
          title: "Verdict over time",
          description: "When it was healthy and when not.",
          ...{ width: 24, height: 4, ...LOOKS.verdict },
          queries: [{
            expr: during(`max by (streamer_id) (${series("obs.health.status", WHO)})`),
            legend: "{{streamer_id}}",
          }],
        }),
      ],
    },
    {
      title: "If not, why?",
      panels: [
        stat({
          title: "Network",
          description:
            "Frames that the connection could not take, on the worst output. Lower the " +
            "bitrate, use a cable, stop other uploads.",
          ...{ width: 8, height: 4, ...LOOKS.lost },
          queries: [{ expr: `max(${loss("network", { matchers: OUTPUTS })})` }],
        }),
        stat({
          title: "GPU",
          description: "Frames rendered late: the game leaves OBS no time. Cap its frame rate, " +
            "lower its graphics settings.",
          ...{ width: 8, height: 4, ...LOOKS.lost },
          queries: [{ expr: `max(${loss("gpu", { matchers: WHO })})` }],
        }),
        stat({
          title: "Encoder",
          description: "Frames skipped: encoding takes too long. A faster preset, a hardware " +
            "encoder, a lower resolution.",
          ...{ width: 8, height: 4, ...LOOKS.lost },
          queries: [{ expr: `max(${loss("encoder", { matchers: WHO })})` }],
        }),
        overTime({
          title: "Lost frames, by cause",
          description: "Which of the three it was, and when.",
          ...LOOKS.lost,
          queries: [
            {
              expr: `max by (streamer_id) (${loss("network", { matchers: OUTPUTS })})`,
              legend: "network",
            },
            { expr: loss("gpu", { matchers: WHO }), legend: "GPU" },
            { expr: loss("encoder", { matchers: WHO }), legend: "encoder" },
          ],
        }),
        overTime({
          title: "Alerts by severity",
          description: "What the sidecar told.",
          ...{ min: 0, ...LOOKS.count },
          queries: [{ expr: series("obs.alerts.firing", WHO), legend: "{{severity}}" }],
        }),
      ],
    },
    OUTPUTS_ROW,
    ...MACHINE_ROWS,
  ],
});
