import { DISCONNECTED_OBS, type ObsTelemetry, type Output } from "../../shared/telemetry.ts";
import { cleanText } from "../../shared/text.ts";
import type { ObsFacts } from "../obs/facts.ts";
import { fieldsOf, textField } from "../obs/fields.ts";
import type { OutputBook } from "../obs/output_book.ts";
import type { ObsAnswer } from "../obs/session.ts";
import type { StatsTracker } from "../obs/stats_tracker.ts";
import type { ObsReading } from "./collector.ts";

const BYTES_PER_MIB = 1024 * 1024;

/** What is known of a connected OBS at one moment. */
export interface ObsParts {
  outputs: OutputBook;
  stats: StatsTracker;
  facts: ObsFacts;
  /** Answers to `GetStats` and `GetCurrentProgramScene`. */
  answers: { stats: ObsAnswer | undefined; scene: ObsAnswer | undefined };
  /** Video bitrate that the profile sets; null if unknown. */
  targetKbps: number | null;
  /** Whether OBS runs on this machine. */
  local: boolean;
  silence: Partial<ObsTelemetry>;
  /** The platform that the user says an output feeds; null where nothing is said. */
  platformOf(output: Pick<Output, "id" | "name">): string | null;
}

/** The figures as they stand in a snapshot, and those that others are derived from. */
export function obsReading({ facts, answers, silence, ...parts }: ObsParts): ObsReading {
  const { stats, scene } = answers;
  const sceneName = scene?.ok ? textField(scene.data, "currentProgramSceneName") : null;
  const outputs = parts.outputs.snapshot(parts.targetKbps);
  const availableMb = fieldsOf(stats?.data)["availableDiskSpace"];
  return {
    ...DISCONNECTED_OBS,
    connected: true,
    ...outputs,
    outputs: outputs.outputs?.map((output) => ({
      ...output,
      platform: parts.platformOf(output) ?? output.platform,
    })) ?? null,
    ...parts.stats.snapshot(facts.targetFps),
    target_fps: facts.targetFps,
    scene: sceneName === null ? null : cleanText(sceneName),
    version: facts.version,
    local: parts.local,
    ...silence,
    recordBytesPerSecond: parts.outputs.recordBytesPerSecond,
    recordDiskFreeBytes: typeof availableMb === "number" && availableMb >= 0
      ? availableMb * BYTES_PER_MIB
      : null,
  };
}
