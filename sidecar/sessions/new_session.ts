import type { Output, Telemetry } from "../../shared/telemetry.ts";
import { knowAlerts } from "./count_alerts.ts";
import { nothing } from "./output_counts.ts";
import { newFigures } from "./session_figures.ts";
import type { TrackedSession } from "./tracked_session.ts";

/** A session that begins with an output, with nothing counted yet. */
export function newSession(output: Output, { uid, seenAt, telemetry }: {
  uid: string;
  seenAt: number;
  telemetry: Telemetry;
}): Omit<TrackedSession, "eveningUid" | "outputId" | "startAt"> {
  return {
    uid,
    name: output.name,
    platform: output.platform,
    endAt: null,
    seenAt,
    ended: null,
    counts: nothing(),
    targetBitrateKbps: output.target_bitrate_kbps,
    errors: 0,
    warnings: 0,
    counting: {
      figures: newFigures(),
      bytes: null,
      carried: nothing(),
      reconnecting: false,
      firing: knowAlerts(telemetry.health.alerts),
      lost: false,
      originMs: 0,
    },
  };
}
