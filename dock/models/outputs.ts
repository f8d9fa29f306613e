import type { Output, Telemetry } from "../../shared/telemetry.ts";
import {
  formatBitrate,
  formatCount,
  formatDuration,
  formatGb,
  formatMbps,
  formatMinutesLeft,
  formatPercent,
  formatWholePercent,
  UNKNOWN,
} from "./format.ts";
import { isSending } from "./samples.ts";
import { alertTone, judgedTone, type Tone, worstTone } from "./tone.ts";

/** A figure with its label and colour. */
export interface FigureView {
  label: string;
  value: string;
  tone: Tone;
}

/** One output that sends over the network. */
export interface OutputView {
  id: string;
  name: string;
  tone: Tone;
  /** "LIVE", "LOST" while it reconnects, or "OFF". */
  state: string;
  stateTitle: string | undefined;
  uptime: string;
  targetKbps: number | null;
  /** Bitrate with its target, drops, congestion, reconnects, as OUTPUT_COLUMNS names them. */
  figures: FigureView[];
}

/** What stands over the figures of the outputs' rows: a short name and the whole one. */
export const OUTPUT_COLUMNS = [
  { short: "Mb/s", long: "Bitrate and target in Mb/s" },
  { short: "Drops", long: "Frames dropped in the last 60 s" },
  { short: "Queue", long: "Send queue: how full it is" },
  { short: "Recon.", long: "Reconnects" },
] as const;

/** One output that stays on this machine. */
export interface LocalOutputView {
  id: string;
  name: string;
  tone: Tone;
  /** "REC", "PAUSED", "ON" or "OFF". */
  state: string;
  uptime: string;
  bitrate: string;
}

/** The recording and its like, and the room left for it. */
export interface RecordingView {
  outputs: LocalOutputView[];
  timeLeft: FigureView;
  diskFree: FigureView;
}

/** The outputs that send over the network, in the sidecar's order. */
export function outputViews(telemetry: Telemetry): OutputView[] {
  return (telemetry.obs.outputs ?? [])
    .filter(isSending)
    .map((output) => outputView(output, telemetry));
}

function outputView(output: Output, telemetry: Telemetry): OutputView {
  const { id, name, active, reconnecting, bitrate_kbps: bitrate, target_bitrate_kbps: target } =
    output;
  const toneOf = (figure: string): Tone =>
    alertTone(telemetry, (metric) => metric === `obs.outputs.${id}.${figure}`);
  const isOn = active === true;
  const dropTone = isOn
    ? judgedTone(output.recent_drop_percentage, toneOf("recent_drop_percentage"))
    : "idle";
  const [forBitrate, forDrops, forQueue, forReconnects] = OUTPUT_COLUMNS;
  const figures: FigureView[] = [
    {
      label: forBitrate.long,
      value: formatBitrate(bitrate, target),
      tone: toneOf("bitrate_kbps"),
    },
    { label: forDrops.long, value: formatPercent(output.recent_drop_percentage), tone: dropTone },
    {
      label: forQueue.long,
      value: congestionText(output.congestion),
      tone: isOn ? toneOf("congestion") : "idle",
    },
    {
      label: forReconnects.long,
      value: formatCount(output.reconnects),
      tone: reconnecting === true ? "bad" : (output.reconnects ?? 0) > 0 ? "warning" : "idle",
    },
  ];
  return {
    id,
    name,
    tone: isOn
      ? worstTone(
        "good",
        reconnecting === true ? "bad" : "good",
        dropTone,
        alertTone(telemetry, (metric) => metric.startsWith(`obs.outputs.${id}.`)),
      )
      : "idle",
    state: reconnecting === true ? "LOST" : stateWord(active, "LIVE"),
    stateTitle: reconnecting === true ? "It lost its connection and reconnects." : undefined,
    uptime: isOn ? formatDuration(output.uptime_s) : "",
    targetKbps: target,
    figures,
  };
}

function congestionText(congestion: number | null): string {
  return formatWholePercent(congestion === null ? null : congestion * 100);
}

function stateWord(active: boolean | null, word: string): string {
  if (active === null) return UNKNOWN;
  return active ? word : "OFF";
}

/** Whether it is a recording that gets nothing now, as the user wants it or has forgotten. */
export function isPaused({ active, paused }: Output): boolean {
  return active === true && paused === true;
}

/** Recordings, replay buffer and virtual camera. */
export function recordingView(telemetry: Telemetry): RecordingView {
  const outputs = (telemetry.obs.outputs ?? [])
    .filter((output) => !isSending(output))
    .map((output): LocalOutputView => ({
      id: output.id,
      name: output.name,
      tone: output.active !== true ? "idle" : isPaused(output) ? "warning" : "good",
      state: isPaused(output)
        ? "PAUSED"
        : stateWord(output.active, output.kind === "record" ? "REC" : "ON"),
      uptime: output.active === true ? formatDuration(output.uptime_s) : "",
      bitrate: output.kind === "record" && output.active === true
        ? formatMbps(output.bitrate_kbps === null ? null : output.bitrate_kbps / 1000)
        : "",
    }));
  const diskTone = alertTone(telemetry, (metric) => metric === "system.disk_free_gb");
  return {
    outputs,
    timeLeft: {
      label: "Time left",
      value: formatMinutesLeft(telemetry.system.record_minutes_left),
      tone: diskTone,
    },
    diskFree: {
      label: "Disk free",
      value: formatGb(telemetry.system.disk_free_gb),
      tone: diskTone,
    },
  };
}
