/** Makes up evenings: what is streamed, what goes wrong, and what only looks as if. */
import { createRandom, type Random } from "../../../sidecar/demo/random.ts";
import type { Cause } from "./truth.ts";

/** What can go wrong, with where it comes from. */
export const INCIDENT_CAUSES = {
  uplink_dip: "network",
  ingest_dip: "network",
  dynamic_bitrate: "network",
  reconnect: "network",
  stalled_connection: "network",
  render_lag: "gpu",
  thermal_throttling: "gpu",
  x264_overload: "encoder",
  nvenc_overload: "encoder",
  disk_filling: "disk",
  silence: "audio",
  obs_crash: "obs",
  nothing: "none",
} as const satisfies Record<string, Cause>;

/** What can go wrong. */
export type IncidentKind = keyof typeof INCIDENT_CAUSES;

/** The kinds, in the order in which evenings take turns. */
export const INCIDENT_KINDS = Object.keys(INCIDENT_CAUSES) as IncidentKind[];

/** Trouble on its way. */
export interface Incident {
  kind: IncidentKind;
  fromMs: number;
  toMs: number;
  /** How bad, by kind: the share of the need that a line carries, how much slower, how fast. */
  amount: number;
  /** Whether a narrow line comes and goes, as a bad Wi-Fi does. */
  flaps: boolean;
}

/** Something harmless that happens. */
export interface Noise {
  kind:
    | "scene"
    | "level_load"
    | "mic_muted"
    | "record_pause"
    | "collection"
    | "latency_spike"
    | "still_picture"
    | "stream_stop";
  fromMs: number;
  toMs: number;
}

/** Outputs that an evening has besides the main stream. */
export interface Extras {
  /** Platforms that a plugin streams to as well. */
  platforms: readonly string[];
  recording: boolean;
  replay: boolean;
}

/** One evening. */
export interface Evening {
  seed: number;
  /** From when the sidecar watches; what was before, it has not seen. */
  attachedMs: number;
  durationMs: number;
  fps: number;
  kbps: number;
  encoder: "x264" | "nvenc";
  /** Constant bitrate, or one that follows the picture. */
  rateControl: "CBR" | "VBR";
  incident: Incident;
  noises: readonly Noise[];
  extras: Extras;
}

const MINUTE_MS = 60_000;

/** From here on are the seeds that are judged; whoever has looked at some draws others. */
const JUDGED_SEEDS = 7_310_000;

/** The seed of an evening; evenings to tune on and those to judge by never share one. */
export function seedOf(index: number, set: "tuning" | "judged"): number {
  return set === "tuning" ? 2 * index + 1 : JUDGED_SEEDS + 2 * index;
}

/** A generator whose first numbers do not show that seeds are neighbours. */
export function randomOf(seed: number): Random {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  for (let skipped = 0; skipped < 8; skipped++) random.next();
  return random;
}

/** Makes an evening up. @param options.minutes how long it is watched */
export function makeEvening(
  seed: number,
  { kind, minutes }: { kind: IncidentKind; minutes: number },
): Evening {
  const random = randomOf(seed);
  const between = (least: number, most: number) => least + (most - least) * random.next();
  const chance = (share: number) => random.next() < share;
  const attachedMs = chance(0.3) ? between(2, 40) * MINUTE_MS : 0;
  const durationMs = minutes * MINUTE_MS;
  const incident = {
    ...makeIncident(kind, { between, startMs: attachedMs, durationMs }),
    flaps: chance(0.25),
  };
  const encoder = kind === "x264_overload"
    ? "x264"
    : kind === "nvenc_overload"
    ? "nvenc"
    : chance(0.6)
    ? "nvenc"
    : "x264";
  const platforms = ["YouTube", "Kick", "TikTok"].filter(() => chance(0.3));
  const evening: Evening = {
    seed,
    attachedMs,
    durationMs,
    fps: chance(0.7) ? 60 : 30,
    kbps: Math.round(between(30, 80)) * 100,
    encoder,
    // A variable bitrate needs less than is set: a line that takes most of it would do no harm.
    rateControl: chance(0.15) && !/_dip$|^dynamic_bitrate$/.test(kind) ? "VBR" : "CBR",
    incident,
    noises: [],
    extras: {
      platforms,
      recording: kind === "disk_filling" || chance(0.5),
      replay: chance(0.4),
    },
  };
  return { ...evening, noises: makeNoises(evening, { between, chance }) };
}

type Between = (least: number, most: number) => number;

function makeIncident(
  kind: IncidentKind,
  { between, startMs, durationMs }: { between: Between; startMs: number; durationMs: number },
): Omit<Incident, "flaps"> {
  const [leastS, mostS, least, most] = ({
    uplink_dip: [20, 120, 0.15, 0.8],
    ingest_dip: [20, 120, 0.15, 0.8],
    dynamic_bitrate: [40, 120, 0.08, 0.38],
    reconnect: [4, 60, 0, 0],
    stalled_connection: [25, 60, 0, 0],
    render_lag: [20, 120, 1.05, 2.2],
    thermal_throttling: [150, 240, 0, 0],
    x264_overload: [20, 120, 1.05, 2],
    nvenc_overload: [20, 120, 1.05, 1.6],
    disk_filling: [90, 150, 0, 0],
    silence: [75, 180, 0, 0],
    obs_crash: [15, 90, 0, 0],
    nothing: [0, 0, 0, 0],
  } as const)[kind];
  const lastsMs = between(leastS, mostS) * 1000;
  // Room before it for the stream to begin, and after it for all to be well again.
  const latestMs = durationMs - lastsMs - 2.5 * MINUTE_MS;
  const fromMs = startMs + between(0.5 * MINUTE_MS, Math.max(0.5 * MINUTE_MS, latestMs));
  return { kind, fromMs, toMs: fromMs + lastsMs, amount: between(least, most) };
}

/** How often an hour each happens, and how many seconds it lasts. */
const NOISES: Readonly<
  Record<Noise["kind"], readonly [perHour: number, least: number, most: number]>
> = {
  scene: [20, 0.1, 0.1],
  level_load: [8, 2, 6],
  mic_muted: [4, 4, 12],
  record_pause: [2, 10, 240],
  collection: [0.5, 0.6, 3],
  latency_spike: [12, 0.2, 0.7],
  still_picture: [3, 20, 240],
  stream_stop: [0.6, 12, 90],
};

function makeNoises(
  { attachedMs, durationMs, incident }: Evening,
  { between, chance }: { between: Between; chance: (share: number) => boolean },
): Noise[] {
  const noises: Noise[] = [];
  const endMs = attachedMs + durationMs;
  for (const kind of Object.keys(NOISES) as Noise["kind"][]) {
    const [perHour, least, most] = NOISES[kind];
    const gapMs = 60 * MINUTE_MS / perHour;
    let fromMs = attachedMs + 20_000 + between(0, gapMs);
    while (fromMs < endMs - 20_000) {
      const toMs = fromMs + between(least, most) * 1000;
      const stops = kind === "stream_stop" || kind === "collection";
      const meetsIncident = incident.kind !== "nothing" &&
        fromMs < incident.toMs + MINUTE_MS && toMs > incident.fromMs - MINUTE_MS / 2;
      // Nobody stops a stream or the recording in the very minute of the incident.
      // A still picture needs so little that a narrow line would do it no harm.
      const isLeftOut = meetsIncident &&
        (stops || kind === "record_pause" || kind === "still_picture");
      if (!isLeftOut && chance(0.9)) noises.push({ kind, fromMs, toMs });
      // Who looks for the right scene changes it several times.
      if (kind === "scene" && chance(0.15)) {
        for (let again = 1; again <= between(1, 3); again++) {
          const againMs = toMs + again * between(900, 3_000);
          noises.push({ kind, fromMs: againMs, toMs: againMs + 100 });
        }
      }
      fromMs = toMs + between(0.2, 1.8) * gapMs;
    }
  }
  return noises;
}
