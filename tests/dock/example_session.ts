/** An evening with an incident at 21:14, as the sidecar would remember it. */
import type { AlertRecord } from "../../shared/alert.ts";
import type { History } from "../../shared/api.ts";
import type { Report } from "../../shared/report.ts";
import type { Session, SessionDetail, SessionsAnswer } from "../../shared/session.ts";

/** A time of the evening here, in Unix milliseconds: `at(21, 14)`. */
export function at(hours: number, minutes: number, seconds = 0): number {
  return new Date(2026, 10, 21, hours, minutes, seconds).getTime();
}

const START = at(19, 2);
const END = at(22, 14);

/** The incident: its begin and its end. */
export const INCIDENT = { from: at(21, 11, 20), to: at(21, 14, 40) };

const TWITCH = "simple_stream";
const YOUTUBE = "aitum_multi_output_YouTube";

/** A session; an evening that is over and went well. */
export function exampleSession(changes: Partial<Session> = {}): Session {
  return {
    id: 41,
    kind: "evening",
    evening_id: null,
    output_id: null,
    name: "Twitch, YouTube",
    platform: null,
    start_time: START,
    end_time: END,
    duration_s: (END - START) / 1000,
    ended: "stopped",
    total_frames: 1_382_400,
    dropped_frames: 4312,
    render_total_frames: 691_200,
    render_lagged_frames: 14,
    encoder_total_frames: 691_200,
    encoder_skipped_frames: 0,
    avg_bitrate_kbps: 14_620,
    peak_bitrate_kbps: 15_940,
    p5_bitrate_kbps: 13_900,
    target_bitrate_kbps: 15_000,
    reconnects: 1,
    downtime_s: 7,
    avg_gpu_temp: 66,
    peak_gpu_temp: 74,
    worst_minute: { at: at(21, 12), lost_percentage: 31.4, cause: "network" },
    errors: 1,
    warnings: 1,
    notes: "",
    ...changes,
  };
}

/** The outputs of the evening. */
export function exampleOutputs(): Session[] {
  const output = { kind: "output", evening_id: 41, errors: 0, warnings: 0 } as const;
  return [
    exampleSession({
      ...output,
      id: 42,
      output_id: TWITCH,
      name: "Twitch",
      platform: "twitch",
      dropped_frames: 4312,
      total_frames: 691_200,
      avg_bitrate_kbps: 5790,
      target_bitrate_kbps: 6000,
      errors: 1,
    }),
    exampleSession({
      ...output,
      id: 43,
      output_id: YOUTUBE,
      name: "YouTube",
      platform: "youtube",
      dropped_frames: 0,
      total_frames: 691_200,
      avg_bitrate_kbps: 8830,
      target_bitrate_kbps: 9000,
      reconnects: 0,
      downtime_s: 0,
    }),
  ];
}

/** An alert that is over. */
export function exampleAlert(changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id: `network_drops:${TWITCH}`,
    uid: "alert-1",
    severity: "error",
    message: "Network: Twitch is dropping 31 % of its frames. Lower the bitrate or check Wi-Fi.",
    metric: `obs.outputs.${TWITCH}.recent_drop_percentage`,
    value: 31.4,
    since: INCIDENT.from,
    state: "resolved",
    fired_at: INCIDENT.from + 2000,
    resolved_at: INCIDENT.to,
    ...changes,
  };
}

/** The alerts of the evening, oldest first. */
export function exampleAlerts(): AlertRecord[] {
  return [
    exampleAlert({
      id: "gpu_hot:0",
      uid: "alert-0",
      severity: "warning",
      message: "GPU: 86 °C. Look after its fans.",
      metric: "system.gpu.temperature_celsius",
      value: 86,
      since: at(20, 3),
      fired_at: at(20, 3, 5),
      resolved_at: at(20, 9),
    }),
    exampleAlert(),
  ];
}

/** What the sidecar says of the evening. */
export function exampleReport(): Report {
  return {
    summary: "Good but for three minutes: at 21:11 the network lost 31 % of Twitch's frames.",
    verdict: "fair",
    findings: [
      {
        cause: "gpu",
        severity: "warning",
        from: at(20, 3),
        to: at(20, 9),
        text: "The graphics card was at 86 °C; it still rendered every frame in time.",
        remedy: "Clean its fans, or cap the game's frame rate.",
        metrics: ["system.gpu.temperature_celsius"],
      },
      {
        cause: "network",
        severity: "error",
        ...INCIDENT,
        text:
          "Twitch lost 4,312 frames at 21:11–21:14, together with congestion of 98 %. GPU and " +
          "encoder were fine: it was the network.",
        remedy: "Use a cable instead of Wi-Fi, or lower Twitch's bitrate.",
        metrics: [`obs.outputs.${TWITCH}.congestion`],
      },
    ],
    comparison: [
      {
        label: "Frames dropped",
        unit: "%",
        value: 0.3,
        usual: 0.1,
        sessions: 8,
        judgement: "worse",
      },
      {
        label: "Mean bitrate",
        unit: "kbit/s",
        value: 14_620,
        usual: 14_700,
        sessions: 8,
        judgement: "same",
      },
      { label: "GPU peak", unit: "Cel", value: 74, usual: 79, sessions: 8, judgement: "better" },
    ],
    trends: ["Over the last six evenings the latency to Twitch rose from 22 to 31 ms."],
  };
}

/** The evening as one session's answer. */
export function exampleDetail(changes: Partial<SessionDetail> = {}): SessionDetail {
  return {
    session: exampleSession(),
    outputs: exampleOutputs(),
    alerts: exampleAlerts(),
    series: METRICS.map((metric) => exampleSeries(metric, { from: START, to: END, points: 600 })),
    report: exampleReport(),
    ...changes,
  };
}

const METRICS = [
  `obs.outputs.${TWITCH}.bitrate_kbps`,
  `obs.outputs.${YOUTUBE}.bitrate_kbps`,
  `obs.outputs.${TWITCH}.congestion`,
  "obs.recent_drop_percentage",
  "obs.recent_render_lagged_percentage",
  "obs.recent_encoder_skipped_percentage",
  "obs.active_fps",
  "obs.render_time_ms",
  "system.cpu_usage_percent",
  "system.gpu.utilization_percent",
  "system.gpu.encoder_utilization_percent",
  "system.gpu.temperature_celsius",
  "network.latency_ms",
];

/** A figure of the evening over some time. */
export function exampleSeries(
  metric: string,
  { from, to, points }: { from: number; to: number; points: number },
): History {
  const stepMs = Math.max(2000, Math.ceil((to - from) / points));
  const found: History["points"] = [];
  for (let atMs = from; atMs < to; atMs += stepMs) {
    if (atMs < START || atMs > END) continue;
    const wobble = Math.sin(atMs / 17_000) * Math.cos(atMs / 5300);
    const value = Math.max(0, figureAt(metric, atMs, wobble));
    found.push([atMs, value * 0.98, value, value * 1.02]);
  }
  return {
    metric,
    unit: UNITS.find(([pattern]) => pattern.test(metric))?.[1] ?? "1",
    points: found,
  };
}

const UNITS: [RegExp, string][] = [[/kbps$/, "kbit/s"], [/percent/, "%"], [/ms$/, "ms"], [
  /celsius$/,
  "Cel",
]];

function figureAt(metric: string, atMs: number, wobble: number): number {
  const isBad = atMs >= INCIDENT.from && atMs <= INCIDENT.to;
  switch (metric) {
    case `obs.outputs.${TWITCH}.bitrate_kbps`:
      return isBad ? 1900 + 600 * wobble : 6000 + 90 * wobble;
    case `obs.outputs.${YOUTUBE}.bitrate_kbps`:
      return 9000 + 120 * wobble;
    case `obs.outputs.${TWITCH}.congestion`:
      return isBad ? 0.98 : 0.03;
    case "obs.recent_drop_percentage":
      return isBad ? 14 + 2 * wobble : 0;
    case "obs.active_fps":
      return 60;
    case "obs.render_time_ms":
      return 4.2 + wobble;
    case "system.cpu_usage_percent":
      return 38 + 8 * wobble;
    case "system.gpu.utilization_percent":
      return 74 + 9 * wobble;
    case "system.gpu.encoder_utilization_percent":
      return 35 + 4 * wobble;
    case "system.gpu.temperature_celsius":
      return atMs >= at(20, 3) && atMs < at(20, 9) ? 86 + wobble : 66 + 3 * wobble;
    case "network.latency_ms":
      return isBad ? 96 + 20 * wobble : 24 + 4 * wobble;
    default:
      return 0;
  }
}

/** Evenings before it, one a night, newest first; the incident's is the newest. */
export function exampleEvenings(count: number): SessionsAnswer["sessions"] {
  return Array.from({ length: count }, (_, i) => {
    const backMs = i * 86_400_000;
    const ends = ["stopped", "obs_crashed", "machine_slept", "sidecar_stopped"] as const;
    const evening = exampleSession({
      id: 41 - i * 3,
      start_time: START - backMs,
      end_time: END - backMs,
      ...(i === 0 ? {} : {
        errors: 0,
        warnings: i % 3 === 2 ? 2 : 0,
        dropped_frames: i % 3 === 2 ? 900 : 0,
        ended: ends[i % ends.length] ?? null,
      }),
    });
    return { ...evening, outputs: i === 0 ? exampleOutputs() : [] };
  });
}
