/** Every setting: what config.toml's sections hold. */
import { SEVERITIES } from "./severity.ts";
import {
  choice,
  decimal,
  flag,
  host,
  optionalAddress,
  optionalText,
  optionalWhole,
  whole,
} from "./config_field.ts";

const percent = { min: 0, max: 100 };
const seconds = { min: 0, max: 600 };

/** Sections with a fixed name, in the order in which config.toml has them. */
export const CONFIG_FIELDS = {
  engine: {
    metrics_interval: whole({
      default: 5,
      min: 1,
      max: 3600,
      help: "Seconds between two rows of the history.",
    }),
    bridge_update_rate: whole({
      default: 500,
      min: 100,
      max: 5000,
      help: "Milliseconds between two updates of overlay and dock.",
    }),
    enable_gpu_metrics: flag(true, "Watch the graphics cards."),
    log_level: choice({
      default: "info",
      choices: ["trace", "debug", "info", "warn", "error"],
      help: "How much goes into logs/sidecar.log.",
    }),
    local_retention_hours: whole({
      default: 24,
      min: 1,
      max: 8760,
      help: "Hours for which every row of the history is kept.",
    }),
    session_retention_days: whole({
      default: 90,
      min: 1,
      max: 3650,
      help: "Days for which a session's summary and charts are kept.",
    }),
    alert_retention_days: whole({
      default: 90,
      min: 1,
      max: 3650,
      help: "Days for which an alert that is over is kept.",
    }),
    streamer_name: optionalText("Who streams from this machine. Default: the machine's name."),
  },
  obs: {
    host: host({ default: "localhost", help: "Where OBS runs." }),
    port: optionalWhole({
      min: 1,
      max: 65535,
      help: "Port of OBS's WebSocket server. Default: found in OBS's own settings.",
    }),
  },
  api: {
    port: whole({
      default: 4477,
      min: 1,
      max: 65535,
      help: "Port of the dock and the API, on this machine only.",
    }),
  },
  dock: {
    theme: choice({
      default: "obs",
      choices: ["obs", "dark", "light"],
      help: "Look of the dock: that of OBS's own theme, or always the same.",
    }),
    sound: choice({
      default: "off",
      choices: ["off", "warning", "error", "critical"],
      help: "From which severity on the dock makes a sound. Viewers hear it with desktop audio.",
    }),
  },
  grafana: {
    enabled: flag(
      true,
      "Send the figures to Grafana, or another backend, once its address is in the vault.",
    ),
    push_interval: whole({
      default: 10,
      min: 1,
      max: 3600,
      help: "Seconds between two points.",
    }),
    batch_size: whole({
      default: 2000,
      min: 1,
      max: 10_000,
      help: "Most figures in one request, where several points in time wait. None is divided.",
    }),
    protocol: choice({
      default: "http/protobuf",
      choices: ["http/protobuf", "http/json"],
      help: "How the figures are written. JSON is for servers that do not take protobuf.",
    }),
  },
  preflight: {
    enabled: flag(true, "Offer the checks before a stream."),
    auto_run: flag(false, "Run them whenever the sidecar starts, without the bandwidth test."),
    bandwidth_test_duration: whole({
      default: 15,
      min: 5,
      max: 120,
      help: "Seconds of the bandwidth test, for each platform.",
    }),
    connection_timeout: whole({
      default: 5,
      min: 1,
      max: 60,
      help: "Seconds that a server may take to answer.",
    }),
  },
  alerts: {
    enabled: flag(true, "Judge the figures. Without this, health is unknown and nothing is told."),
    lost_frames_warning: decimal({
      default: 1,
      ...percent,
      help: "Percent of the last seconds' frames dropped, rendered late or skipped: a warning.",
    }),
    lost_frames_error: decimal({
      default: 5,
      ...percent,
      help: "Percent of the last seconds' frames dropped, rendered late or skipped: an error.",
    }),
    lost_frames_window: decimal({
      default: 10,
      min: 2,
      max: 60,
      help: "How many seconds that share is taken over.",
    }),
    lost_frames_least: whole({
      default: 5,
      min: 1,
      max: 10_000,
      help: "Frames that must be lost in that time before anything is told.",
    }),
    fps_warning: decimal({
      default: 95,
      ...percent,
      help: "Percent of OBS's frame rate, below which there is a warning.",
    }),
    fps_error: decimal({
      default: 80,
      ...percent,
      help: "Percent of OBS's frame rate, below which there is an error.",
    }),
    frame_time_warning: decimal({
      default: 75,
      min: 0,
      max: 1000,
      help: "Percent of the time for one frame that rendering takes: a warning.",
    }),
    frame_time_error: decimal({
      default: 100,
      min: 0,
      max: 1000,
      help: "Percent of the time for one frame that rendering takes: an error.",
    }),
    disk_free_warning: decimal({
      default: 5,
      min: 0,
      max: 100_000,
      help: "GiB free where OBS records, below which there is a warning.",
    }),
    disk_free_error: decimal({
      default: 1,
      min: 0,
      max: 100_000,
      help: "GiB free where OBS records, below which there is an error while it records.",
    }),
    record_minutes_warning: decimal({
      default: 30,
      min: 0,
      max: 100_000,
      help: "Minutes until the disk is full where OBS records, below which there is a warning.",
    }),
    record_minutes_error: decimal({
      default: 5,
      min: 0,
      max: 100_000,
      help: "Minutes until that disk is full, below which there is an error while OBS records.",
    }),
    bitrate_warning: decimal({
      default: 75,
      ...percent,
      help: "Percent of the target bitrate that the network takes, below which there is a warning.",
    }),
    bitrate_error: decimal({
      default: 40,
      ...percent,
      help: "Percent of the target bitrate that the network takes, below which there is an error.",
    }),
    gpu_temperature_warning: decimal({
      default: 85,
      min: 0,
      max: 150,
      help: "Degrees Celsius of a graphics card: a warning.",
    }),
    gpu_temperature_error: decimal({
      default: 92,
      min: 0,
      max: 150,
      help: "Degrees Celsius of a graphics card: an error.",
    }),
    congestion_warning: decimal({
      default: 50,
      ...percent,
      help: "Percent to which a stream's send queue is full: a warning.",
    }),
    vram_warning: decimal({
      default: 95,
      ...percent,
      help: "Percent of a graphics card's memory in use: a warning.",
    }),
    cpu_warning: decimal({
      default: 90,
      ...percent,
      help: "Percent that the processor is busy: a warning.",
    }),
    memory_warning: decimal({
      default: 90,
      ...percent,
      help: "Percent of the machine's memory in use: a warning.",
    }),
    steady_hold: decimal({
      default: 5,
      ...seconds,
      help: "Seconds that lost frames or a full disk must last to be told.",
    }),
    steady_recovery: decimal({
      default: 10,
      ...seconds,
      help: "Seconds that they must be gone before their alerts end.",
    }),
    momentary_hold: decimal({
      default: 5,
      ...seconds,
      help: "Seconds that frame rate, frame time, send queue or heat must be bad to be told.",
    }),
    momentary_recovery: decimal({
      default: 5,
      ...seconds,
      help: "Seconds that they must be good before their alerts end.",
    }),
    slow_hold: decimal({
      default: 15,
      ...seconds,
      help: "Seconds that bitrate, processor or memory must be bad to be told.",
    }),
    slow_recovery: decimal({
      default: 10,
      ...seconds,
      help: "Seconds that they must be good before their alerts end.",
    }),
    silence: flag(true, "Listen now and then whether anything is heard on the stream."),
    silence_level: decimal({
      default: -60,
      min: -100,
      max: 0,
      help: "dBFS below which a source counts as silent; a noisy room has more.",
    }),
    silence_hold: decimal({
      default: 30,
      ...seconds,
      help: "Seconds that nothing must be heard on the stream to be told.",
    }),
    recording_stalled_hold: decimal({
      default: 10,
      ...seconds,
      help: "Seconds that a recording must not grow to be told.",
    }),
  },
  notify: {
    enabled: flag(false, "Send alerts to the address in the vault."),
    template: choice({
      default: "discord",
      choices: ["discord", "ntfy", "telegram", "pushover", "json"],
      help: "Which service the address belongs to.",
    }),
    minimum_severity: choice({
      default: "error",
      choices: SEVERITIES,
      help: "How bad an alert must be to be sent.",
    }),
  },
  updates: {
    check: flag(false, "Look for a newer version once a day. Nothing is downloaded."),
    url: optionalAddress({
      schemes: ["https"],
      example: "https://example.com/latest.json",
      help: "Where to look: JSON with version, url and maybe notes.",
    }),
  },
} as const;

/** Settings of each `[platforms.<name>]`. */
export const PLATFORM_FIELDS = {
  enabled: flag(true, "Check this platform before a stream, and show it."),
  ingest_url: optionalAddress({
    schemes: ["rtmp", "rtmps"],
    example: "rtmps://ingest.example.com:443/live",
    help: "The platform's server. Without it, or without a key in the vault: not set up.",
  }),
  max_bitrate_kbps: optionalWhole({
    min: 100,
    max: 1_000_000,
    help: "Most kbit/s of video that the platform takes. Default: its own limit, where known.",
  }),
  output: optionalText(
    "Name of the OBS output that feeds it. Default: told by its server or its name.",
  ),
  test_key: flag(
    false,
    "Whether the key in the vault is a test key, with which a stream is seen by nobody.",
  ),
} as const;

/**
 * Platforms that are there from the start, with what differs from `PLATFORM_FIELDS`. Twitch's and
 * YouTube's addresses are those that their own documents give for RTMPS; Kick gives each channel
 * its own and TikTok each stream, in their dashboards.
 */
export const KNOWN_PLATFORMS: Readonly<
  Record<string, { readonly enabled?: boolean; readonly ingest_url?: string }>
> = {
  twitch: { ingest_url: "rtmps://ingest.global-contribute.live-video.net/app" },
  youtube: { ingest_url: "rtmps://a.rtmps.youtube.com:443/live2" },
  kick: {},
  tiktok: { enabled: false },
};

/** Whether a platform may have this name. */
export function isPlatformName(name: string): boolean {
  return /^[a-z0-9_-]{1,64}$/.test(name);
}

/** What is allowed as a platform's name, as a person reads it. */
export const PLATFORM_NAME_ALLOWED = "1 to 64 of the characters a-z, 0-9, _ and -";
