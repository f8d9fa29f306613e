/** How the graphics cards fare. */
import type { Gpu } from "../../../shared/telemetry.ts";
import { above, type Finding, plain, type Rule, SINCE } from "../rule.ts";

/** A card is so hot that it slows down. */
export const gpuTemperature: Rule = {
  id: "gpu_temperature",
  pace: "momentary",
  find: ({ system }, { gpuTemperatureCelsius }) =>
    eachGpu(system.gpus, (gpu, subject) => {
      const value = gpu.temperature_celsius;
      const severity = above(value, gpuTemperatureCelsius);
      return severity === null || value === null ? null : {
        subject,
        severity,
        metric: `system.gpus.${subject}.temperature_celsius`,
        value,
        message:
          `GPU: ${gpu.name ?? "the card"} is at ${plain(value)} °C${SINCE} and will slow down. ` +
          "Check its fans and the case's air flow.",
      };
    }),
};

/** A card's memory is full. */
export const vramFull: Rule = {
  id: "vram_full",
  pace: "slow",
  find: ({ system }, { vramPercent }) =>
    eachGpu(system.gpus, (gpu, subject) => {
      if (gpu.vram_used_mb === null || !gpu.vram_total_mb) return null;
      const value = gpu.vram_used_mb / gpu.vram_total_mb * 100;
      return value <= vramPercent ? null : {
        subject,
        severity: "warning",
        metric: `system.gpus.${subject}.vram_used_mb`,
        value: gpu.vram_used_mb,
        message:
          `GPU: ${plain(value)} % of the memory of ${gpu.name ?? "the card"} is in use${SINCE}. ` +
          "Lower the game's texture quality.",
      };
    }),
};

function eachGpu(
  gpus: readonly Gpu[] | null,
  find: (gpu: Gpu, subject: string) => Finding | null,
): Finding[] {
  return (gpus ?? []).flatMap((gpu, index) => find(gpu, String(index)) ?? []);
}
