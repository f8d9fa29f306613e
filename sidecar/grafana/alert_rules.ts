import { loss, perMachine, series } from "./promql.ts";

/** An alert rule, as Prometheus, Mimir, Grafana Cloud and vmalert read it. */
export interface AlertRule {
  alert: string;
  /** Fires for each series that it gives. */
  expr: string;
  /** How long it must last. */
  for: string;
  severity: "warning" | "critical";
  /** What is wrong; labels and value in Go's templates. */
  summary: string;
  /** What to do. */
  description: string;
}

/**
 * Minutes of frames that shares are of: enough for the longest interval between points that is
 * usual, a minute.
 */
const WINDOW = "2m";

const RUNNING = `and on (streamer_id, output) ${series("obs.output.active")} == 1`;
const RECORDING = `and on (streamer_id) ${series("obs.recording")} == 1`;
const SHARE = "{{ $value | humanizePercentage }}";
const OUTPUT = "{{ $labels.streamer }}, {{ $labels.output_name }}";
const WHO = "{{ $labels.streamer }}";
const CARD = "{{ $labels.streamer }}, {{ $labels.hw_id }}";

/**
 * What to be told of from elsewhere. The limits are the defaults of `[alerts]`; the sidecar's own
 * alerts are quicker, but end with the sidecar.
 */
export const ALERT_RULES: readonly AlertRule[] = [
  {
    alert: "ObsStreamerSilent",
    expr: `last_over_time(${series("obs.streaming")}[15m]) == 1 unless on (streamer_id) ` +
      `last_over_time(${series("obs.streaming")}[3m])`,
    for: "0s",
    severity: "critical",
    summary: `${WHO} was live and sends no figures any more.`,
    description: "PC off, sidecar ended, or no connection to the internet: ask the streamer.",
  },
  {
    alert: "ObsHealthCritical",
    expr: `${series("obs.health.status")} == 2`,
    for: "1m",
    severity: "critical",
    summary: `${WHO}'s stream is critical.`,
    description: "The streamer's dashboard says whether it is the network, the GPU or the encoder.",
  },
  {
    alert: "ObsReconnecting",
    expr: `${series("obs.output.reconnecting")} == 1`,
    for: "30s",
    severity: "critical",
    summary: `${OUTPUT}: the connection is lost.`,
    description: "Check the internet connection and the platform's status page.",
  },
  ...twice("ObsNetworkDrops", {
    share: loss("network", { window: WINDOW }),
    summary: `${OUTPUT}: the network drops ${SHARE} of the frames.`,
    description: "Lower the bitrate, use a cable in place of Wi-Fi, stop other uploads.",
  }),
  ...twice("ObsRenderLag", {
    share: loss("gpu", { window: WINDOW }),
    summary: `${WHO}: ${SHARE} of the frames are rendered late.`,
    description: "Cap the game's frame rate, or lower its graphics settings.",
  }),
  ...twice("ObsEncoderSkips", {
    share: loss("encoder", { window: WINDOW }),
    summary: `${WHO}: the encoder skips ${SHARE} of the frames.`,
    description: "Choose a faster preset, a hardware encoder or a lower resolution.",
  }),
  {
    alert: "ObsBitrateLow",
    expr: `${series("obs.output.bitrate")} / (${series("obs.output.bitrate.target")} > 0) < 0.5 ` +
      `and on (streamer_id, output) ${series("obs.output.congestion")} > 0.5 ${RUNNING}`,
    for: "1m",
    severity: "warning",
    summary: `${OUTPUT} gets ${SHARE} of its bitrate.`,
    description: "The connection does not take more: lower the bitrate.",
  },
  {
    alert: "ObsSendQueueFull",
    expr: `${series("obs.output.congestion")} > 0.5 ${RUNNING}`,
    for: "1m",
    severity: "warning",
    summary: `${OUTPUT}: the send queue is ${SHARE} full.`,
    description: "Frames will be dropped soon. Lower the bitrate, or stop other uploads.",
  },
  {
    alert: "ObsGpuHot",
    expr: series("hw.temperature", `hw_type="gpu"`) + " > 85",
    for: "2m",
    severity: "warning",
    summary: `${CARD} has {{ $value | humanize }} °C.`,
    description: "The card slows down. Clean its fans, or let it do less.",
  },
  {
    alert: "ObsEncoderBusy",
    expr: series("hw.gpu.utilization", `hw_gpu_task="encoder"`) + " > 0.9",
    for: "2m",
    severity: "warning",
    summary: `${CARD}: the encoder is ${SHARE} busy.`,
    description: "Frames will be skipped soon: fewer outputs, or a faster preset.",
  },
  {
    alert: "ObsDiskFull",
    expr: `${series("obs.record.time_left")} < 1800 ${RECORDING}`,
    for: "1m",
    severity: "warning",
    summary: `${WHO}: the disk is full in {{ $value | humanizeDuration }}.`,
    description: "Make room where OBS records.",
  },
  {
    alert: "ObsDiskFullSoon",
    expr: `${series("obs.record.time_left")} < 300 ${RECORDING}`,
    for: "0s",
    severity: "critical",
    summary: `${WHO}: the disk is full in {{ $value | humanizeDuration }}.`,
    description: "Make room where OBS records, or the recording ends.",
  },
  {
    alert: "ObsCpuBusy",
    expr: `${series("system.cpu.utilization")} > 0.9`,
    for: "2m",
    severity: "warning",
    summary: `${WHO}: the processor is ${SHARE} busy.`,
    description: "Close what is not needed, or encode on the graphics card.",
  },
  {
    alert: "ObsMemoryFull",
    expr: perMachine(series("system.memory.usage", `system_memory_state="used"`), {
      by: "/",
      other: series("system.memory.limit"),
    }) + " > 0.9",
    for: "2m",
    severity: "warning",
    summary: `${WHO}: ${SHARE} of the memory is in use.`,
    description: "Close what is not needed.",
  },
];

/** A warning from 1 % of the frames, and critical from 5 %. */
function twice(
  alert: string,
  { share, summary, description }: { share: string; summary: string; description: string },
): AlertRule[] {
  const rule = { for: "1m", summary, description };
  return [
    { alert, expr: `(${share} > 0.01) <= 0.05`, severity: "warning", ...rule },
    { alert: `${alert}Heavy`, expr: `${share} > 0.05`, severity: "critical", ...rule },
  ];
}

/** The rules as a file of Prometheus's ("Alerting rules"). */
export function alertRulesYaml(): string {
  const rules = ALERT_RULES.map((rule) =>
    `      - alert: ${rule.alert}
        expr: ${quoted(rule.expr)}
        for: ${rule.for}
        labels:
          severity: ${rule.severity}
        annotations:
          summary: ${quoted(rule.summary)}
          description: ${quoted(rule.description)}
`
  );
  return `# Written by sidecar/packaging/write_grafana.ts from sidecar/grafana/alert_rules.ts.
groups:
  - name: obs-telemetry-bridge
    interval: 30s
    rules:
${rules.join("")}`;
}

/** A YAML text in single quotes: nothing in it means anything but a quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
