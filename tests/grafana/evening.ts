/** An evening of four streamers, made so that every answer can be told beforehand. */
import type { Telemetry } from "../../shared/telemetry.ts";
import type { MetricSource } from "../../sidecar/otlp/otlp_metric.ts";
import { exampleOutput, exampleRecording, exampleTelemetry } from "../api/example_telemetry.ts";
import type { Evening } from "./push_evening.ts";

/** The last moment, Unix seconds. */
export const END_S = 1_790_000_000;
export const EVERY_S = 10;
const BEGIN_S = END_S - 900;
/** When the session began that is still live, and one before it. */
export const SESSION = "2026-09-21T14:03:20Z";
export const EARLIER_SESSION = "2026-09-21T13:51:40Z";
const SESSION_S = Date.parse(SESSION) / 1000;

/** Mia streams to two platforms and records; all is well. */
export const MIA: Evening = evening("Mia", "aaaa", (atS) => {
  const telemetry = exampleTelemetry();
  telemetry.obs.outputs = [
    exampleOutput(counts(atS, { platform: "twitch", lost: 0 })),
    exampleOutput({
      ...{ id: "aitum_youtube", name: "YouTube", bitrate_kbps: 8800, target_bitrate_kbps: 9000 },
      ...{ congestion: 0.1, encoding_lag_ms: 5, uptime_s: atS - BEGIN_S },
      ...counts(atS, { platform: "youtube", lost: 0 }),
    }),
    exampleRecording({ total_frames: 60 * (atS - BEGIN_S), uptime_s: 4790 }),
  ];
  return {
    ...telemetry,
    firing: { info: 1, warning: 0, error: 0, critical: 0 },
    sessionStartMs: atS < SESSION_S ? Date.parse(EARLIER_SESSION) : SESSION_S * 1000,
  };
});

/** Everything is wrong with Ben, whose name is hard to write. */
export const BEN: Evening = evening('Ben "B" O\'Neil', "bbbb", (atS) => {
  const telemetry = exampleTelemetry();
  const card = telemetry.system.gpus?.[0];
  if (card === undefined) throw new Error("The example has no card");
  telemetry.system = {
    ...telemetry.system,
    ...{ cpu_usage_percent: 96, memory_used_gb: 30, memory_total_gb: 32 },
    ...{ record_minutes_left: 4, disk_free_gb: 2 },
    gpus: [{
      ...card,
      ...{ temperature_celsius: 93, encoder_utilization_percent: 97 },
      ...{ throttle_reasons: ["heat"], vram_used_mb: 12_000, vram_total_mb: 12_000 },
    }],
  };
  telemetry.obs = {
    ...telemetry.obs,
    ...growing("render", atS, 0.2),
    ...growing("encoder", atS, 0.1),
    ...{ active_fps: 40, target_fps: 60, render_time_ms: 20 },
    outputs: [
      exampleOutput({
        ...{ bitrate_kbps: 600, target_bitrate_kbps: 6000, congestion: 0.9, reconnecting: true },
        ...{ reconnects: atS < END_S - 200 ? 1 : 3, downtime_s: atS < END_S - 200 ? 5 : 25 },
        ...counts(atS, { platform: "twitch", lost: 0.25 }),
      }),
      exampleRecording({ total_frames: 60 * (atS - BEGIN_S) }),
    ],
  };
  telemetry.health = { ...telemetry.health, overall: "critical" };
  return {
    ...telemetry,
    firing: { info: 0, warning: 2, error: 1, critical: 1 },
    sessionStartMs: SESSION_S * 1000,
  };
});

/** Lee loses two frames of a hundred to each cause. */
const LEE: Evening = evening("Lee", "dddd", (atS) => {
  const telemetry = exampleTelemetry();
  telemetry.obs = {
    ...telemetry.obs,
    ...growing("render", atS, 0.02),
    ...growing("encoder", atS, 0.02),
    outputs: [
      exampleOutput({ id: "adv_stream", ...counts(atS, { platform: "twitch", lost: 0.02 }) }),
    ],
  };
  telemetry.health = { ...telemetry.health, overall: "warning" };
  return { ...telemetry, firing: null, sessionStartMs: null };
});

/** Zoe was live until ten minutes ago, and nothing was heard of her since. */
const ZOE: Evening = {
  ...evening("Zoe", "cccc", () => ({
    ...exampleTelemetry(),
    firing: null,
    sessionStartMs: SESSION_S * 1000,
  })),
  toS: END_S - 600,
};

export const EVENINGS = [MIA, BEN, LEE, ZOE];

function evening(name: string, id: string, at: (atS: number) => MetricSource): Evening {
  const streamer = { name, id, hostName: `${id}-pc`, os: "linux" as const };
  return {
    ...{ streamer, fromS: BEGIN_S, toS: END_S, everyS: EVERY_S },
    at: (atS) => ({ ...at(atS), network: carried(atS) }),
  };
}

/** The example's network at a moment: what it carried grows as fast as it says. */
function carried(atS: number): Telemetry["network"] {
  const { network } = exampleTelemetry();
  const { upload_speed_mbps: up, download_speed_mbps: down } = network;
  const bytes = (mbps: number | null) => (mbps ?? 0) * 125_000 * (atS - BEGIN_S);
  return { ...network, sent_bytes: bytes(up), received_bytes: bytes(down) };
}

/** Frames of an output with 60 a second. */
function counts(atS: number, { platform, lost }: { platform: string; lost: number }) {
  const total = 60 * (atS - BEGIN_S);
  return { platform, total_frames: total, dropped_frames: total * lost };
}

function growing(
  what: "render" | "encoder",
  atS: number,
  lost: number,
): Partial<Telemetry["obs"]> {
  const total = 60 * (atS - BEGIN_S);
  return what === "render"
    ? { render_total_frames: total, render_lagged_frames: total * lost }
    : { encoder_total_frames: total, encoder_skipped_frames: total * lost };
}
