import { dashboard, type Variable } from "./dashboard.ts";
import { LOOKS } from "./looks.ts";
import { type PanelOptions, stat, stateTimeline, table, timeSeries } from "./panel.ts";
import { during, loss, perMachine, series } from "./promql.ts";
import { OUTPUT_UID, STREAMER_UID } from "./uids.ts";

const WHO = `streamer="$streamer",streamer_id=~"$machine"`;
const OUTPUTS = `${WHO},platform=~"$platform"`;
const CARD = `hw_type="gpu",${WHO}`;

/** Who is looked at, on the dashboards of one streamer and of one output. */
export const STREAMER_VARIABLES: readonly Variable[] = [
  {
    name: "streamer",
    label: "Streamer",
    query: `label_values(${series("obs.connected")}, streamer)`,
    multi: false,
  },
  {
    name: "machine",
    label: "Machine",
    query: `label_values(${series("obs.connected", `streamer="$streamer"`)}, streamer_id)`,
    multi: true,
  },
  {
    name: "platform",
    label: "Platform",
    query: `label_values(${series("obs.output.active", WHO)}, platform)`,
    multi: true,
  },
  {
    name: "session",
    label: "Session",
    query: `label_values(${series("obs.session.active", WHO)}, session)`,
    multi: true,
  },
];

const SMALL = { width: 4, height: 4 } as const;
const HALF = { width: 12, height: 8 } as const;

function ofOutputs(expr: string): string {
  return `max by (streamer_id, output, output_name, platform) (${expr})`;
}

function overTime(options: Omit<PanelOptions, "width" | "height"> & { fill?: number }) {
  const queries = options.queries.map(({ expr, ...rest }) => ({ expr: during(expr), ...rest }));
  return timeSeries({ ...HALF, ...options, queries });
}

/** One streamer: is the stream healthy, and if not, is it the network, the GPU or the encoder? */
export const STREAMER = dashboard({
  uid: STREAMER_UID,
  title: "OBS streamer",
  description: "One streamer: is the stream healthy, and if not, is it the network, the GPU or " +
    "the encoder?",
  from: "now-1h",
  variables: STREAMER_VARIABLES,
  rows: [{
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
        description: "How long ago the newest figures were taken. Past a minute: PC off, sidecar " +
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
  }, {
    title: "If not, why?",
    panels: [
      stat({
        title: "Network",
        description: "Frames that the connection could not take, on the worst output. Lower the " +
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
  }, {
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
  }, {
    title: "OBS and graphics card",
    panels: [
      overTime({
        title: "Frame rate",
        description: "What OBS renders, and what it is set to.",
        ...LOOKS.frames,
        queries: [
          { expr: series("obs.fps", WHO), legend: "rendered" },
          { expr: series("obs.fps.target", WHO), legend: "target" },
        ],
      }),
      overTime({
        title: "Render time, of a frame's time",
        description: "Past 100 % frames are rendered late.",
        ...LOOKS.ofFrameTime,
        queries: [{
          expr: perMachine(series("obs.frame.render_time", WHO), {
            by: "*",
            other: series("obs.fps.target", WHO),
          }),
          legend: "render time",
        }],
      }),
      overTime({
        title: "Graphics card",
        description: "What the card is busy with. A full encoder skips frames.",
        ...LOOKS.load,
        queries: [{ expr: series("hw.gpu.utilization", WHO), legend: "{{hw_id}} {{hw_gpu_task}}" }],
      }),
      overTime({
        title: "Heat",
        description: "Most cards slow down from 83 to 93 °C.",
        ...LOOKS.heat,
        queries: [{ expr: series("hw.temperature", CARD), legend: "{{hw_id}}" }],
      }),
      overTime({
        title: "Card's memory",
        description: "A full card swaps with the machine's memory, and everything stutters.",
        ...LOOKS.busy,
        queries: [{
          expr: `${series("hw.gpu.memory.usage", CARD)} / ${series("hw.gpu.memory.limit", CARD)}`,
          legend: "{{hw_id}}",
        }],
      }),
      stateTimeline({
        title: "Clock held down",
        description: "When heat, power or the driver kept the card from its full clock.",
        ...{ ...HALF, ...LOOKS.throttled },
        queries: [{ expr: during(series("hw.gpu.throttled", CARD)), legend: "{{hw_id}}" }],
      }),
    ],
  }, {
    title: "Machine and network",
    panels: [
      overTime({
        title: "Processor",
        description: "The whole machine's, and OBS's part of it.",
        ...LOOKS.load,
        queries: [
          { expr: series("system.cpu.utilization", WHO), legend: "machine" },
          { expr: series("obs.cpu.utilization", WHO), legend: "OBS" },
        ],
      }),
      overTime({
        title: "Memory",
        description: "In use, of what the machine has.",
        ...LOOKS.memory,
        queries: [{
          expr: perMachine(series("system.memory.usage", `system_memory_state="used"`, WHO), {
            by: "/",
            other: series("system.memory.limit", WHO),
          }),
          legend: "in use",
        }],
      }),
      overTime({
        title: "Network over time",
        description: "What the machine's interfaces carry. An upload beside the stream shows here.",
        ...LOOKS.bitrate,
        queries: [{
          expr: series("system.network.throughput", WHO),
          legend: "{{network_io_direction}}",
        }],
      }),
      overTime({
        title: "Round trip to the platform",
        description: "A rise before frames drop points to the connection.",
        ...{ unit: "s", min: 0 },
        queries: [{ expr: series("obs.ingest.latency", WHO), legend: "TCP connect" }],
      }),
      overTime({
        title: "Disk lasts",
        description: "Until the volume that OBS records to is full.",
        ...LOOKS.timeLeft,
        queries: [{ expr: series("obs.record.time_left", WHO), legend: "time left" }],
      }),
      overTime({
        title: "Disk",
        description: "Free where OBS records.",
        ...LOOKS.bytes,
        queries: [{
          expr: series("system.filesystem.usage", `system_filesystem_state="free"`, WHO),
          legend: "free",
        }],
      }),
    ],
  }],
});
