/** Evenings made by hand: what was lost in each second, turned into what the history keeps. */
import type { AlertRecord } from "../../shared/alert.ts";
import type { History, HistoryPoint } from "../../shared/api.ts";
import type { Session } from "../../shared/session.ts";
import type { ReportInput } from "../../sidecar/report/evidence.ts";

/** 22 November 2026, 20:00 UTC. */
export const START_MS = Date.UTC(2026, 10, 22, 20);

/** UTC, so that tests read the same everywhere. */
export function utc(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

/** A moment of the evening, from `21:10`. */
export function at(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return START_MS - 20 * 3_600_000 + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** A figure of each second; null where it is not known. */
export type PerSecond = (ms: number) => number | null;

/** One output of an evening. */
export interface OutputDraft {
  id?: string;
  name?: string;
  targetKbps?: number | null;
  bitrateKbps?: PerSecond;
  /** Part of the frames of a second that the network dropped. */
  dropped?: PerSecond;
  congestion?: PerSecond;
  reconnects?: number;
  downtimeS?: number;
}

/** An evening; what is not given was fine. */
export interface EveningDraft {
  minutes?: number;
  outputs?: readonly OutputDraft[];
  /** Part of the frames of a second. */
  lagged?: PerSecond;
  skipped?: PerSecond;
  /** Other figures by their paths. */
  figures?: Readonly<Record<string, PerSecond>>;
  /** Seconds in which nobody watched. */
  isUnwatched?(ms: number): boolean;
  session?: Partial<Session>;
  alerts?: readonly Partial<AlertRecord>[];
  earlier?: readonly Session[];
}

/** A session in which all was well. */
export function session(more: Partial<Session> = {}): Session {
  return {
    id: 1,
    kind: "evening",
    evening_id: null,
    output_id: null,
    name: "Twitch",
    platform: null,
    start_time: START_MS,
    end_time: START_MS + 2 * 3_600_000,
    duration_s: 7200,
    ended: "stopped",
    total_frames: 432_000,
    dropped_frames: 0,
    render_total_frames: 432_000,
    render_lagged_frames: 0,
    encoder_total_frames: 432_000,
    encoder_skipped_frames: 0,
    avg_bitrate_kbps: 6000,
    peak_bitrate_kbps: 6200,
    p5_bitrate_kbps: 5800,
    target_bitrate_kbps: 6000,
    reconnects: 0,
    downtime_s: 0,
    avg_gpu_temp: 62,
    peak_gpu_temp: 68,
    worst_minute: null,
    errors: 0,
    warnings: 0,
    notes: "",
    ...more,
  };
}

/** An alert that fired and resolved. */
export function alert(more: Partial<AlertRecord> = {}): AlertRecord {
  const since = more.since ?? at("20:30");
  const id = more.id ?? "network_drops:simple_stream";
  return {
    id,
    uid: `${id}@${since}`,
    severity: "warning",
    message: "Network: Twitch is dropping 2 % of its frames. Lower the bitrate or check Wi-Fi.",
    metric: null,
    value: null,
    state: "resolved",
    since,
    fired_at: since + 5000,
    resolved_at: since + 60_000,
    ...more,
  };
}

/** The evening as a report is given it. */
export function evening(draft: EveningDraft = {}): ReportInput {
  const seconds = (draft.minutes ?? 120) * 60;
  const drafts = draft.outputs ?? [{}];
  const record = (metric: string, unit: string, read: PerSecond): History => ({
    metric,
    unit,
    points: points(seconds, (ms) => draft.isUnwatched?.(ms) ? null : read(ms)),
  });
  const share = (part: PerSecond) => lastMinute(part);
  const outputs = drafts.map((output, index) => outputSession(output, { index, seconds }));
  const series = [
    ...drafts.flatMap((output, index) => {
      const { id } = named(output, index);
      const path = `obs.outputs.${id}.`;
      return [
        record(`${path}bitrate_kbps`, "kbit/s", output.bitrateKbps ?? (() => 6000)),
        record(`${path}congestion`, "1", output.congestion ?? (() => 0)),
        record(`${path}recent_drop_percentage`, "%", share(output.dropped ?? (() => 0))),
      ];
    }),
    record("obs.recent_render_lagged_percentage", "%", share(draft.lagged ?? (() => 0))),
    record("obs.recent_encoder_skipped_percentage", "%", share(draft.skipped ?? (() => 0))),
    ...Object.entries<PerSecond>({
      "obs.active_fps": () => 60,
      "obs.render_time_ms": () => 4,
      "system.cpu_usage_percent": () => 35,
      "system.disk_free_gb": () => 220,
      "system.gpu.utilization_percent": () => 70,
      "system.gpu.encoder_utilization_percent": () => 20,
      "system.gpu.temperature_celsius": () => 65,
      "network.latency_ms": () => 24,
      ...draft.figures,
    }).map(([path, read]) => record(path, "1", read)),
  ];
  const sum = (read: (one: Session) => number | null) =>
    outputs.reduce((all, one) => all + (read(one) ?? 0), 0);
  return {
    session: session({
      name: outputs.map(({ name }) => name).join(", "),
      end_time: START_MS + seconds * 1000,
      duration_s: seconds,
      total_frames: sum(({ total_frames }) => total_frames),
      dropped_frames: sum(({ dropped_frames }) => dropped_frames),
      render_total_frames: seconds * 60,
      render_lagged_frames: lostFrames(draft.lagged, seconds),
      encoder_total_frames: seconds * 60,
      encoder_skipped_frames: lostFrames(draft.skipped, seconds),
      reconnects: sum(({ reconnects }) => reconnects),
      downtime_s: sum(({ downtime_s }) => downtime_s),
      ...draft.session,
    }),
    outputs,
    alerts: (draft.alerts ?? []).map(alert),
    series,
    earlier: draft.earlier ?? [],
  };
}

/** A figure that is another one in a stretch of time. */
export function during(
  [from, to]: readonly [string, string],
  then: number | PerSecond,
  otherwise: number | PerSecond = 0,
): PerSecond {
  const value = (what: number | PerSecond, ms: number) =>
    typeof what === "number" ? what : what(ms);
  return (ms) => value(ms >= at(from) && ms < at(to) ? then : otherwise, ms);
}

function named({ id, name }: OutputDraft, index: number): { id: string; name: string } {
  return {
    id: id ?? ["simple_stream", "aitum_multi_output_Kick", "multi.3"][index] ?? `out ${index}`,
    name: name ?? ["Twitch", "Kick", "YouTube"][index] ?? `Output ${index}`,
  };
}

function outputSession(
  draft: OutputDraft,
  { index, seconds }: { index: number; seconds: number },
): Session {
  const { id, name } = named(draft, index);
  return session({
    id: index + 2,
    kind: "output",
    evening_id: 1,
    output_id: id,
    name,
    platform: name.toLowerCase(),
    end_time: START_MS + seconds * 1000,
    duration_s: seconds,
    total_frames: seconds * 60,
    dropped_frames: lostFrames(draft.dropped, seconds),
    target_bitrate_kbps: draft.targetKbps === undefined ? 6000 : draft.targetKbps,
    reconnects: draft.reconnects ?? 0,
    downtime_s: draft.downtimeS ?? 0,
  });
}

function lostFrames(part: PerSecond | undefined, seconds: number): number {
  let lost = 0;
  for (let second = 0; second < seconds; second++) {
    lost += (part?.(START_MS + second * 1000) ?? 0) * 60;
  }
  return Math.round(lost);
}

/** Percent of the frames of the last 60 s, as the sidecar's window tells it each second. */
function lastMinute(part: PerSecond): PerSecond {
  return (ms) => {
    let lost = 0;
    let seconds = 0;
    for (let back = 0; back < 60 && ms - back * 1000 >= START_MS; back++) {
      lost += part(ms - back * 1000) ?? 0;
      seconds++;
    }
    return seconds === 0 ? null : lost / seconds * 100;
  };
}

function points(seconds: number, read: PerSecond): HistoryPoint[] {
  const found: HistoryPoint[] = [];
  for (let begin = 0; begin < seconds; begin += 10) {
    const values: number[] = [];
    for (let second = begin; second < Math.min(seconds, begin + 10); second++) {
      const value = read(START_MS + second * 1000);
      if (value !== null) values.push(value);
    }
    if (values.length === 0) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    found.push([START_MS + begin * 1000, Math.min(...values), mean, Math.max(...values)]);
  }
  return found;
}
