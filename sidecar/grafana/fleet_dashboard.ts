import { dashboard } from "./dashboard.ts";
import { LOOKS } from "./looks.ts";
import { stat, table, timeSeries } from "./panel.ts";
import { loss, onPlatform, series } from "./promql.ts";
import { FLEET_UID, STREAMER_UID } from "./uids.ts";

const WHO = `streamer=~"$streamer"`;
const OUTPUTS = `${WHO},platform=~"$platform"`;
const RUNNING = onRunning(OUTPUTS);

/** How many series match; 0 and not nothing if none does. */
function howMany(expr: string): string {
  return `count(${onPlatform(expr)}) or vector(0)`;
}

/** Only outputs that run. */
function onRunning(matchers: string): string {
  return `and on (streamer_id, output) ${series("obs.output.active", matchers)} == 1`;
}

function worst(expr: string): string {
  return `max by (streamer, streamer_id) (${onPlatform(expr)})`;
}

/** Every streamer at once: who is live, who is in trouble, and why. */
export const FLEET = dashboard({
  uid: FLEET_UID,
  title: "OBS fleet",
  description: "Every streamer at once: who is live, who is in trouble, and whether it is the " +
    "network, the GPU or the encoder.",
  from: "now-1h",
  variables: [
    {
      name: "streamer",
      label: "Streamer",
      query: `label_values(${series("obs.connected")}, streamer)`,
      multi: true,
    },
    {
      name: "platform",
      label: "Platform",
      query: `label_values(${series("obs.output.active", WHO)}, platform)`,
      multi: true,
    },
  ],
  rows: [{
    title: "",
    panels: [
      stat({
        title: "Streamers",
        description: "Who sends figures now.",
        ...{ width: 4, height: 4, ...LOOKS.count },
        queries: [{ expr: howMany(series("obs.connected", WHO)) }],
      }),
      stat({
        title: "Live",
        description: "Who streams now.",
        ...{ width: 4, height: 4, ...LOOKS.count },
        queries: [{ expr: howMany(`${series("obs.streaming", WHO)} == 1`) }],
      }),
      stat({
        title: "Critical",
        description: "Streamers whose verdict is critical: look at them first.",
        ...{ width: 4, height: 4, ...LOOKS.troubles },
        queries: [{ expr: howMany(`${series("obs.health.status", WHO)} == 2`) }],
      }),
      stat({
        title: "Warning",
        description: "Streamers whose verdict is a warning.",
        ...{ width: 4, height: 4, ...LOOKS.warnings },
        queries: [{ expr: howMany(`${series("obs.health.status", WHO)} == 1`) }],
      }),
      stat({
        title: "Reconnecting",
        description: "Outputs that lost their connection and try to get it back.",
        ...{ width: 4, height: 4, ...LOOKS.troubles },
        queries: [{
          expr: `count(${series("obs.output.reconnecting", OUTPUTS)} == 1) or vector(0)`,
        }],
      }),
      stat({
        title: "Fell silent",
        description: "Who sent figures within the last hour and has not for two minutes: PC off, " +
          "sidecar ended or no connection. What is missing comes once they are back.",
        ...{ width: 4, height: 4, ...LOOKS.warnings },
        queries: [{
          expr:
            `count(last_over_time(${series("obs.connected", WHO)}[1h]) unless on (streamer_id) ` +
            `last_over_time(${series("obs.connected", WHO)}[2m])) or vector(0)`,
        }],
      }),
      table({
        title: "Who and why",
        description: "A row for each streamer, the worst first. Network: frames that the " +
          "connection could not take. GPU: frames rendered late. Encoder: frames skipped. Click " +
          "a name for more.",
        ...{ width: 24, height: 14 },
        labels: { streamer: "Streamer", streamer_id: "Machine" },
        link: {
          title: "Show this streamer",
          url: `/d/${STREAMER_UID}?\${datasource:queryparam}&` +
            "var-streamer=${__data.fields.Streamer:percentencode}&var-machine=${__data.fields.Machine:percentencode}",
        },
        sortBy: "Verdict",
        columns: [
          { name: "Verdict", ...LOOKS.verdict, expr: worst(series("obs.health.status", WHO)) },
          { name: "Live", ...LOOKS.live, expr: worst(series("obs.streaming", WHO)) },
          { name: "Network", ...LOOKS.lost, expr: worst(loss("network", { matchers: OUTPUTS })) },
          { name: "GPU", ...LOOKS.lost, expr: worst(loss("gpu", { matchers: WHO })) },
          { name: "Encoder", ...LOOKS.lost, expr: worst(loss("encoder", { matchers: WHO })) },
          {
            name: "Least of target",
            ...LOOKS.ofTarget,
            expr: `min by (streamer, streamer_id) (${series("obs.output.bitrate", OUTPUTS)} / ` +
              `(${series("obs.output.bitrate.target", OUTPUTS)} > 0) ${RUNNING})`,
          },
          {
            name: "Send queue",
            ...LOOKS.queue,
            expr: worst(`${series("obs.output.congestion", OUTPUTS)} ${RUNNING}`),
          },
          {
            name: "GPU heat",
            ...LOOKS.heat,
            expr: worst(series("hw.temperature", `hw_type="gpu"`, WHO)),
          },
          {
            name: "NVENC",
            ...LOOKS.busy,
            expr: worst(series("hw.gpu.utilization", `hw_gpu_task="encoder"`, WHO)),
          },
          { name: "CPU", ...LOOKS.busy, expr: worst(series("system.cpu.utilization", WHO)) },
          {
            name: "Disk lasts",
            ...LOOKS.timeLeft,
            expr: `min by (streamer, streamer_id) (${
              onPlatform(series("obs.record.time_left", WHO))
            })`,
          },
          {
            name: "Alerts",
            ...LOOKS.count,
            expr: `sum by (streamer, streamer_id) (${
              onPlatform(series("obs.alerts.firing", `severity!="info"`, WHO))
            })`,
          },
        ],
      }),
    ],
  }, {
    title: "Over time",
    panels: [
      timeSeries({
        title: "Live over time",
        description: "How many stream.",
        ...{ width: 12, height: 8, min: 0, ...LOOKS.count },
        queries: [{ expr: `sum(${onPlatform(series("obs.streaming", WHO))})`, legend: "live" }],
      }),
      timeSeries({
        title: "Alerts by severity",
        description: "Alerts that fire on all streamers' machines together.",
        ...{ width: 12, height: 8, min: 0, ...LOOKS.count, stack: true },
        queries: [{
          expr: `sum by (severity) (${onPlatform(series("obs.alerts.firing", WHO))})`,
          legend: "{{severity}}",
        }],
      }),
      timeSeries({
        title: "Frames that the network dropped, by platform",
        description: "One platform alone points to that platform; all at once to the streamers' " +
          "own connections.",
        ...{ width: 12, height: 8, ...LOOKS.lost },
        queries: [{
          expr: `avg by (platform) (${
            loss("network", { matchers: `${OUTPUTS},output_kind="stream"` })
          })`,
          legend: "{{platform}}",
        }],
      }),
      timeSeries({
        title: "Bitrate by platform",
        description: "What all streamers send to each platform.",
        ...{ width: 12, height: 8, ...LOOKS.bitrate, stack: true },
        queries: [{
          expr: `sum by (platform) (${
            series("obs.output.bitrate", OUTPUTS, `output_kind="stream"`)
          })`,
          legend: "{{platform}}",
        }],
      }),
    ],
  }],
});
