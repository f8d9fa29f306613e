/** From the texts of amdgpu's files to figures. */
import type { Gpu } from "../../shared/telemetry.ts";

/**
 * The driver's files. Source of names and units: the kernel's documentation, "GPU Power/Thermal
 * Controls and Monitoring" and "Misc AMDGPU driver information" (memory).
 */
export const AMD_FILES = {
  /** In the device's folder, read every time. Percent. */
  fast: { busy: "gpu_busy_percent" },
  /** In the device's folder. Bytes. */
  device: { vramUsed: "mem_info_vram_used", vramTotal: "mem_info_vram_total" },
  /** In the folder of its sensors. */
  hwmon: {
    /** The chip's edge, in thousandths of a degree Celsius. */
    temperature: "temp1_input",
    /** Microwatts; newer and built-in chips have only the second one. */
    powerMean: "power1_average",
    powerNow: "power1_input",
    /** Turns a minute. */
    fan: "fan1_input",
    fanTop: "fan1_max",
    /** What is asked of the fan, 0 to 255. */
    fanDrive: "pwm1",
    /** Graphics clock in Hz. */
    clock: "freq1_input",
  },
} as const;

type Key =
  | keyof typeof AMD_FILES.fast
  | keyof typeof AMD_FILES.device
  | keyof typeof AMD_FILES.hwmon;

/** What the files hold; null or absent where one could not be read. */
export type AmdTexts = { [K in Key]?: string | null };

/** What can be known of an AMD card. */
export type AmdFigures = Pick<
  Gpu,
  | "utilization_percent"
  | "temperature_celsius"
  | "vram_used_mb"
  | "vram_total_mb"
  | "power_watts"
  | "fan_percent"
  | "clock_mhz"
>;

const BYTES_PER_MIB = 1024 ** 2;
/** No working chip is outside of this, whatever a sensor says. */
const COLDEST_CELSIUS = -100;
const HOTTEST_CELSIUS = 200;

/** Each figure for itself: null where its text is missing or makes no sense. */
export function parseAmdFigures(texts: AmdTexts): AmdFigures {
  const busy = count(texts.busy);
  const power = count(texts.powerMean) ?? count(texts.powerNow);
  return {
    utilization_percent: busy && Math.min(busy, 100),
    temperature_celsius: temperature(texts.temperature),
    vram_used_mb: scaled(count(texts.vramUsed), BYTES_PER_MIB),
    vram_total_mb: scaled(count(texts.vramTotal), BYTES_PER_MIB),
    power_watts: power && power / 1e6,
    fan_percent: fanPercent(texts),
    clock_mhz: scaled(count(texts.clock), 1e6),
  };
}

function fanPercent(texts: AmdTexts): number | null {
  const [turns, top] = [count(texts.fan), count(texts.fanTop)];
  if (turns !== null && top !== null && top > 0) return Math.round((turns / top) * 100);
  const drive = count(texts.fanDrive);
  return drive === null || drive > 255 ? null : Math.round((drive / 255) * 100);
}

function temperature(text: string | null | undefined): number | null {
  if (!/^-?\d{1,9}$/.test(text?.trim() ?? "")) return null;
  const celsius = Number(text) / 1000;
  return celsius > COLDEST_CELSIUS && celsius < HOTTEST_CELSIUS ? celsius : null;
}

/** A whole number that a double holds exactly; drivers write all ones for "unknown". */
function count(text: string | null | undefined): number | null {
  const digits = text?.trim() ?? "";
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

function scaled(value: number | null, unit: number): number | null {
  return value === null ? null : Math.round(value / unit);
}
