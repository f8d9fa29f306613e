import type { Output, Telemetry } from "../../shared/telemetry.ts";
import {
  formatBitrate,
  formatCount,
  formatDuration,
  formatGb,
  formatMinutesLeft,
  formatPercent,
  formatWholePercent,
  UNKNOWN,
} from "./format.ts";
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
  /** "LIVE", "RECONNECTING" or "OFF". */
  state: string;
  uptime: string;
  /** Bitrate with its target. */
  bitrate: string;
  /** Bitrate as a share of the target, 0 to 1; null if one of them is not known. */
  fill: number | null;
  bitrateTone: Tone;
  /** Drops, congestion, reconnects. */
  figures: FigureView[];
}

/** One output that stays on this machine. */
export interface LocalOutputView {
  id: string;
  name: string;
  tone: Tone;
  /** "REC", "ON" or "OFF". */
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

const LOCAL_KINDS: readonly Output["kind"][] = ["record", "replay", "virtualcam"];

/** The outputs that send over the network, in the sidecar's order. */
export function outputViews(telemetry: Telemetry): OutputView[] {
  return (telemetry.obs.outputs ?? [])
    .filter(({ kind }) => !LOCAL_KINDS.includes(kind))
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
  const figures: FigureView[] = [
    { label: "Drops", value: formatPercent(output.recent_drop_percentage), tone: dropTone },
    {
      label: "Congestion",
      value: congestionText(output.congestion),
      tone: isOn ? toneOf("congestion") : "idle",
    },
    {
      label: "Reconnects",
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
    state: reconnecting === true ? "RECONNECTING" : stateWord(active, "LIVE"),
    uptime: isOn ? formatDuration(output.uptime_s) : "",
    bitrate: formatBitrate(bitrate, target),
    fill: bitrate === null || !target ? null : Math.min(1, bitrate / target),
    bitrateTone: toneOf("bitrate_kbps"),
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

/** Recordings, replay buffer and virtual camera. */
export function recordingView(telemetry: Telemetry): RecordingView {
  const outputs = (telemetry.obs.outputs ?? [])
    .filter(({ kind }) => LOCAL_KINDS.includes(kind))
    .map((output): LocalOutputView => ({
      id: output.id,
      name: output.name,
      tone: output.active === true ? "good" : "idle",
      state: stateWord(output.active, output.kind === "record" ? "REC" : "ON"),
      uptime: output.active === true ? formatDuration(output.uptime_s) : "",
      bitrate: output.kind === "record" && output.active === true
        ? formatBitrate(output.bitrate_kbps, null)
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
