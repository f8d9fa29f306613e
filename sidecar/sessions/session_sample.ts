import type { Output, Telemetry } from "../../shared/telemetry.ts";
import type { Step } from "./session_clock.ts";
import type { FiguresSample } from "./session_figures.ts";
import type { FrameGrowth } from "./worst_minute.ts";

/** A snapshot as a sample of a session's figures. */
export function sampleOf({ obs, system }: Telemetry, { step, bitrateKbps, network }: {
  step: Step;
  bitrateKbps: number | null;
  network: FrameGrowth;
}): FiguresSample {
  return {
    ...step,
    bitrateKbps,
    network,
    render: { total: obs.render_total_frames, lost: obs.render_lagged_frames },
    encoder: { total: obs.encoder_total_frames, lost: obs.encoder_skipped_frames },
    gpuCelsius: system.gpu?.temperature_celsius ?? null,
  };
}

/** What a session begins with: from here on OBS's counters are its own. */
export function firstSample(at: number): Parameters<typeof sampleOf>[1] {
  return { step: { at, ms: 0 }, bitrateKbps: null, network: { total: 0, lost: 0 } };
}

/** What all live outputs send together; null while that is not known. */
export function sentKbps(
  streams: readonly Output[],
  live: { has(outputId: string): boolean },
): number | null {
  const rates = streams
    .filter(({ id, reconnecting }) => live.has(id) && reconnecting !== true)
    .map(({ bitrate_kbps }) => bitrate_kbps);
  if (rates.length === 0) return null;
  return rates.every((rate) => rate !== null) ? rates.reduce((sum, rate) => sum + rate, 0) : null;
}
