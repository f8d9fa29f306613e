import type { Output, Telemetry } from "../../shared/telemetry.ts";

/** A figure's path as `GET /api/v1/history` takes it, and its value in a snapshot. */
export type Sample = readonly [metric: string, value: number | null];

const LOCAL_KINDS: readonly Output["kind"][] = ["record", "replay", "virtualcam"];

/** Whether an output sends over the network. */
export function isSending({ kind }: Output): boolean {
  return !LOCAL_KINDS.includes(kind);
}

/** The path of an output's bitrate. */
export function bitrateMetric(outputId: string): string {
  return `obs.outputs.${outputId}.bitrate_kbps`;
}

/** The figures of a snapshot that are kept over time. */
export function samplesOf({ obs, system, network }: Telemetry): Sample[] {
  return [
    ...(obs.outputs ?? []).filter(isSending).map(({ id, active, bitrate_kbps }): Sample => [
      bitrateMetric(id),
      active === true ? bitrate_kbps : null,
    ]),
    ["obs.recent_drop_percentage", obs.recent_drop_percentage],
    ["obs.recent_render_lagged_percentage", obs.recent_render_lagged_percentage],
    ["obs.recent_encoder_skipped_percentage", obs.recent_encoder_skipped_percentage],
    ["obs.active_fps", obs.active_fps],
    ["obs.render_time_ms", obs.render_time_ms],
    ["system.cpu_usage_percent", system.cpu_usage_percent],
    ["system.gpu.utilization_percent", system.gpu?.utilization_percent ?? null],
    ["system.gpu.encoder_utilization_percent", system.gpu?.encoder_utilization_percent ?? null],
    ["network.latency_ms", network.latency_ms],
  ];
}
