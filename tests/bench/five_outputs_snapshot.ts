import type { Telemetry } from "../../shared/telemetry.ts";
import { exampleOutput, exampleRecording, exampleTelemetry } from "../api/example_telemetry.ts";

const PLATFORMS = ["Twitch", "YouTube", "Kick", "TikTok", "Facebook"];

/** A snapshot of five streams and a recording, as large as a busy evening's. */
export function fiveOutputsSnapshot(changes: Partial<Telemetry> = {}): Telemetry {
  const streams = PLATFORMS.map((name, index) =>
    exampleOutput({
      id: index === 0 ? "adv_stream" : `aitum_multi_output_${name}`,
      name,
      platform: name.toLowerCase(),
      bitrate_kbps: 5987.25 + index,
    })
  );
  const telemetry = exampleTelemetry(changes);
  telemetry.obs.outputs = [...streams, exampleRecording({ id: "adv_file_output" })];
  return telemetry;
}
