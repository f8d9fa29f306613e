import type { Gpu, Telemetry } from "../../shared/telemetry.ts";
import {
  formatCelsius,
  formatFps,
  formatGb,
  formatGbOf,
  formatMbps,
  formatMs,
  formatWholePercent,
} from "./format.ts";
import type { FigureView } from "./outputs.ts";
import { alertTone, type Tone } from "./tone.ts";

/** A figure with a bar. */
export interface MeterView extends FigureView {
  /** 0 to 1; null if it is not known. */
  fill: number | null;
}

/** What OBS itself does. */
export interface ObsView {
  scene: string | null;
  figures: FigureView[];
}

/** The PC that the sidecar runs on. */
export interface MachineView {
  /** Said where OBS runs on another machine than these figures are from. */
  note: string | null;
  meters: MeterView[];
  /** The graphics card's name; null without one. */
  gpuName: string | null;
  /** Empty without a graphics card. */
  gpuMeters: MeterView[];
}

const MB_PER_GB = 1024;

function share(part: number | null, whole: number | null): number | null {
  return part === null || !whole ? null : Math.min(1, part / whole);
}

/** OBS's own figures. */
export function obsView(telemetry: Telemetry): ObsView {
  const { obs } = telemetry;
  const toneOf = (figure: string): Tone =>
    alertTone(telemetry, (metric) => metric === `obs.${figure}`);
  const memoryGb = obs.memory_mb === null ? null : obs.memory_mb / MB_PER_GB;
  return {
    scene: obs.scene,
    figures: [
      {
        label: "FPS",
        value: formatFps(obs.active_fps, obs.target_fps),
        tone: toneOf("active_fps"),
      },
      {
        label: "Frame time",
        value: formatMs(obs.render_time_ms),
        tone: toneOf("render_time_ms"),
      },
      { label: "CPU", value: formatWholePercent(obs.cpu_percent), tone: "idle" },
      { label: "Memory", value: formatGb(memoryGb), tone: "idle" },
    ],
  };
}

/** The machine's figures. */
export function machineView(telemetry: Telemetry): MachineView {
  const { system, obs } = telemetry;
  const toneOf = (figure: string): Tone =>
    alertTone(telemetry, (metric) => metric === `system.${figure}`);
  return {
    note: obs.local === false ? "OBS runs on another machine." : null,
    meters: [
      {
        label: "CPU",
        value: formatWholePercent(system.cpu_usage_percent),
        fill: share(system.cpu_usage_percent, 100),
        tone: toneOf("cpu_usage_percent"),
      },
      {
        label: "Memory",
        value: formatGbOf(system.memory_used_gb, system.memory_total_gb),
        fill: share(system.memory_used_gb, system.memory_total_gb),
        tone: toneOf("memory_used_gb"),
      },
    ],
    gpuName: system.gpu === null ? null : system.gpu.name ?? "Graphics card",
    gpuMeters: system.gpu === null ? [] : gpuMeters(system.gpu, telemetry),
  };
}

/** Top of the temperature bar; cards slow down before that. */
const HOT_CELSIUS = 100;

function gpuMeters(gpu: Gpu, telemetry: Telemetry): MeterView[] {
  // Two cards of one kind differ in their figures only.
  const text = JSON.stringify(gpu);
  const index = (telemetry.system.gpus ?? []).findIndex((other) => JSON.stringify(other) === text);
  const toneOf = (figure: string): Tone =>
    alertTone(telemetry, (metric) => metric === `system.gpus.${index}.${figure}`);
  const gb = (mb: number | null): number | null => mb === null ? null : mb / MB_PER_GB;
  return [
    {
      label: "GPU",
      value: formatWholePercent(gpu.utilization_percent),
      fill: share(gpu.utilization_percent, 100),
      tone: "idle",
    },
    {
      label: "Encoder",
      value: formatWholePercent(gpu.encoder_utilization_percent),
      fill: share(gpu.encoder_utilization_percent, 100),
      tone: "idle",
    },
    {
      label: "VRAM",
      value: formatGbOf(gb(gpu.vram_used_mb), gb(gpu.vram_total_mb)),
      fill: share(gpu.vram_used_mb, gpu.vram_total_mb),
      tone: toneOf("vram_used_mb"),
    },
    {
      label: "GPU heat",
      value: formatCelsius(gpu.temperature_celsius),
      fill: share(gpu.temperature_celsius, HOT_CELSIUS),
      tone: toneOf("temperature_celsius"),
    },
  ];
}

/** The machine's network. */
export function networkFigures({ network }: Telemetry): FigureView[] {
  return [
    { label: "Upload", value: formatMbps(network.upload_speed_mbps), tone: "idle" },
    { label: "Download", value: formatMbps(network.download_speed_mbps), tone: "idle" },
    { label: "Latency", value: formatMs(network.latency_ms), tone: "idle" },
  ];
}
