import type { Rule } from "./rule.ts";
import { diskSpace } from "./rules/disk.ts";
import { encoderSkips } from "./rules/encoding.ts";
import { gpuTemperature, vramFull } from "./rules/graphics_card.ts";
import { cpuBusy, memoryFull } from "./rules/machine.ts";
import { bitrateLow, congestion, networkDrops, reconnecting } from "./rules/network.ts";
import { frameTime, lowFps, renderLag } from "./rules/rendering.ts";

/** All rules, the worst kind of trouble first. */
export const RULES: readonly Rule[] = [
  reconnecting,
  networkDrops,
  bitrateLow,
  congestion,
  encoderSkips,
  renderLag,
  lowFps,
  frameTime,
  diskSpace,
  gpuTemperature,
  vramFull,
  cpuBusy,
  memoryFull,
];
