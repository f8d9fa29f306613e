import type { Rule } from "./rule.ts";
import { diskSpace } from "./rules/disk.ts";
import { encoderSkips } from "./rules/encoding.ts";
import { gpuThrottling } from "./rules/gpu_throttling.ts";
import { gpuTemperature, vramFull } from "./rules/graphics_card.ts";
import { cpuBusy, memoryFull } from "./rules/machine.ts";
import { bitrateLow, congestion, networkDrops, reconnecting } from "./rules/network.ts";
import { outputStalled } from "./rules/output_stalled.ts";
import { recordingStalled } from "./rules/recording_stalled.ts";
import { frameTime, lowFps, renderLag } from "./rules/rendering.ts";
import { silence } from "./rules/silence.ts";

/** All rules, the worst kind of trouble first. */
export const RULES: readonly Rule[] = [
  reconnecting,
  recordingStalled,
  networkDrops,
  bitrateLow,
  congestion,
  outputStalled,
  encoderSkips,
  renderLag,
  lowFps,
  frameTime,
  silence,
  diskSpace,
  gpuTemperature,
  gpuThrottling,
  vramFull,
  cpuBusy,
  memoryFull,
];
