import type { Alert } from "../../shared/alert.ts";
import type { HealthLevel, Output, Telemetry } from "../../shared/telemetry.ts";
import { isObsRefusal, isObsSilent } from "../../shared/obs_away.ts";
import { formatDuration, formatTimeOfDay } from "./format.ts";
import type { LinkState } from "./link.ts";
import { isPaused } from "./outputs.ts";
import { withDuration } from "./with_duration.ts";
import type { Tone } from "./tone.ts";

/** The bar at the top: what a streamer sees from two metres. */
export interface VerdictView {
  tone: Tone;
  /** What OBS does: "LIVE". */
  activity: string;
  /** How long it has done so; null where that means nothing. */
  duration: string | null;
  /** Whether a recording runs beside a stream. */
  recording: boolean;
  /** One or two words. */
  verdict: string;
  /** What is wrong, for how long, and what to do. */
  sentence: string;
  /** What a screen reader says; changes with the verdict, not with its figures. */
  spoken: { key: string; text: string };
  /** Alerts besides the one in `sentence`. */
  more: number;
  /** The scene that viewers see; null while `sentence` needs the room or OBS is away. */
  scene: string | null;
}

const TONES: Record<HealthLevel, Tone> = {
  healthy: "good",
  warning: "warning",
  critical: "bad",
  unknown: "idle",
};

/** The verdict on a snapshot, and on how old it is. */
export function verdictView(telemetry: Telemetry, link: LinkState): VerdictView {
  if (link.kind !== "live") {
    return {
      tone: "idle",
      activity: `LAST SEEN ${formatTimeOfDay(telemetry.written_at_ms)}`,
      duration: null,
      recording: false,
      ...said(linkVerdict(link)),
      more: 0,
      scene: null,
    };
  }
  const { overall, alerts } = telemetry.health;
  const [worst] = alerts;
  const isBare = overall === "unknown" && telemetry.obs.connected === false;
  return {
    ...activityOf(telemetry),
    tone: TONES[overall],
    ...said({
      verdict: isBare ? "NO OBS" : overall.toUpperCase(),
      sentence: sentenceOf(worst, telemetry),
    }),
    ...(worst === undefined ? {} : lasting(worst, telemetry)),
    more: Math.max(0, alerts.length - 1),
    scene: worst === undefined ? telemetry.obs.scene : null,
  };
}

type Said = Pick<VerdictView, "verdict" | "sentence" | "spoken">;

function said({ verdict, sentence }: Pick<VerdictView, "verdict" | "sentence">): Said {
  const text = `${verdict}. ${sentence}`;
  return { verdict, sentence, spoken: { key: text, text } };
}

/** The worst alert with the time that it lasts; spoken once, not again with each of its figures. */
function lasting(
  worst: Alert,
  { health, obs, written_at_ms: nowMs }: Telemetry,
): Pick<VerdictView, "sentence" | "spoken"> {
  const more = health.alerts.length - 1;
  const text = `${health.overall}. ${worst.message}${more > 0 ? ` ${more} more.` : ""}`;
  return {
    sentence: withDuration(worst, { nowMs, outputs: obs.outputs ?? [] }),
    spoken: { key: `${health.overall} ${worst.id} ${worst.severity} ${more}`, text },
  };
}

function sentenceOf(worst: Alert | undefined, { obs, health }: Telemetry): string {
  if (worst !== undefined) return worst.message;
  if (obs.connected !== true) {
    const { error } = health.collectors.obs;
    if (isObsRefusal(error)) {
      return "OBS runs, but does not let the sidecar in. What to do is below.";
    }
    return isObsSilent(error)
      ? "OBS runs, but its WebSocket server does not answer. What to do is below."
      : "Start OBS. This page follows by itself.";
  }
  if (health.overall !== "healthy") return "There is not enough to judge by yet.";
  const { streaming, recording, outputs } = obs;
  const recordings = (outputs ?? []).filter(({ kind, active }) => kind === "record" && active);
  const isIdle = !streaming && recordings.length > 0 && recordings.every(isPaused);
  if (isIdle) return "The recording is paused: nothing is written until it goes on.";
  return streaming || recording
    ? "Network, GPU and encoder are fine."
    : "OBS is ready. Nothing is being sent.";
}

function linkVerdict(link: LinkState): Pick<VerdictView, "verdict" | "sentence"> {
  switch (link.kind) {
    case "down":
      return {
        verdict: "NO SIDECAR",
        sentence: "OBS Telemetry Bridge is not running. Start it; this page comes back by itself.",
      };
    case "refused":
      return { verdict: "NO ACCESS", sentence: link.detail };
    case "outdated":
      return {
        verdict: "RELOAD",
        sentence: "The sidecar is of another version than this page. Reload the dock.",
      };
    default:
      return {
        verdict: "STALE",
        sentence: "The sidecar sends nothing new. These are its last figures.",
      };
  }
}

function activityOf(
  { obs }: Telemetry,
): Pick<VerdictView, "activity" | "duration" | "recording"> {
  const active = (obs.outputs ?? []).filter((output) => output.active === true);
  const sending = active.filter(({ kind }) => kind === "stream" || kind === "other");
  const recordings = active.filter(({ kind }) => kind === "record");
  if (sending.length > 0) {
    const lost = sending.every(({ reconnecting }) => reconnecting === true);
    return {
      activity: lost ? "RECONNECTING" : "LIVE",
      duration: longest(sending),
      recording: !recordings.every(isPaused),
    };
  }
  if (recordings.length > 0) {
    const activity = recordings.every(isPaused) ? "RECORDING PAUSED" : "RECORDING";
    return { activity, duration: longest(recordings), recording: false };
  }
  const activity = obs.connected === true ? "OFF AIR" : "WAITING FOR OBS";
  return { activity, duration: null, recording: false };
}

function longest(outputs: Output[]): string | null {
  const uptimes = outputs.flatMap(({ uptime_s }) => uptime_s ?? []);
  return uptimes.length === 0 ? null : formatDuration(Math.max(...uptimes));
}
