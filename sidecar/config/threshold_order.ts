import type { Config } from "../../shared/config.ts";

/** Something to tell the user about a setting that stops nothing. */
export interface OrderWarning {
  /** The settings, either of which can be mended: section and key. */
  paths: readonly (readonly string[])[];
  message: string;
}

/** Limits of which there are two, and whether a figure gets worse as it rises or as it falls. */
const LIMITS = {
  lost_frames: "rises",
  frame_time: "rises",
  gpu_temperature: "rises",
  fps: "falls",
  disk_free: "falls",
  record_minutes: "falls",
  bitrate: "falls",
} as const;

/** Finds errors that are reached before their warnings, which then never show. */
export function wrongOrders(alerts: Config["alerts"]): OrderWarning[] {
  return (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).flatMap((name) => {
    const warning = alerts[`${name}_warning`];
    const error = alerts[`${name}_error`];
    const isReachedFirst = LIMITS[name] === "rises" ? error < warning : error > warning;
    return isReachedFirst
      ? [{
        paths: [["alerts", `${name}_error`], ["alerts", `${name}_warning`]],
        message: `[alerts] ${name}_error (${error}) is reached before ${name}_warning ` +
          `(${warning}): the warning never shows. Give ${name}_error a value ` +
          `${LIMITS[name] === "rises" ? "above" : "below"} ${name}_warning's`,
      }]
      : [];
  });
}
