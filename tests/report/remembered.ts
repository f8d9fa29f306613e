/** A history.db with sessions and alerts in it. */
import type { AlertRecord } from "../../shared/alert.ts";
import type { Session } from "../../shared/session.ts";
import { openDatabase } from "../../sidecar/history/database.ts";

/** Writes sessions and alerts into a history.db. An output's `evening_id` names its evening. */
export function remember(
  path: string,
  { sessions, alerts = [] }: { sessions: readonly Session[]; alerts?: readonly AlertRecord[] },
): void {
  const database = openDatabase(path);
  try {
    for (const session of sessions) {
      database.prepare(
        "INSERT INTO stream_sessions (id, uid, evening_uid, output_id, name, platform, start_time, " +
          "end_time, seen_time, ended, total_frames, dropped_frames, avg_bitrate, peak_bitrate, " +
          "avg_gpu_temp, notes, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ).run(
        session.id,
        `uid-${session.id}`,
        session.kind === "evening" ? null : `uid-${session.evening_id}`,
        session.output_id,
        session.name,
        session.platform ?? "",
        session.start_time,
        session.end_time,
        session.end_time ?? session.start_time,
        session.ended,
        session.total_frames,
        session.dropped_frames,
        session.avg_bitrate_kbps,
        session.peak_bitrate_kbps,
        session.avg_gpu_temp,
        session.notes,
        JSON.stringify({ figures: session, counting: null }),
      );
    }
    for (const alert of alerts) {
      database.prepare(
        "INSERT INTO alerts (uid, alert_id, timestamp, fired_at, resolved_at, severity, message, " +
          "metric_name, metric_value, resolved) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ).run(
        alert.uid,
        alert.id,
        alert.since,
        alert.fired_at ?? alert.since,
        alert.resolved_at,
        alert.severity,
        alert.message,
        alert.metric,
        alert.value,
        alert.resolved_at === null ? 0 : 1,
      );
    }
  } finally {
    database.close();
  }
}

/** Runs with a folder that is deleted afterwards. */
export async function withFolder(fn: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
