import type { Random } from "../../../sidecar/demo/random.ts";
import type { Evening } from "./evening.ts";
import { type Dip, Link } from "./link.ts";

/** How many times what is needed the lines carry. */
const UPLINK_ROOM = 1.8;
const INGEST_ROOM = 3;

/** How long a line that comes and goes is narrow, and how long free. */
const NARROW_MS = 7_000;
const FREE_MS = 2_000;

/** Sound goes with the picture. */
const AUDIO_KBPS = 160;

/** The line that all streams of an evening share, and the way on to the main one's platform. */
export function makeLines(evening: Evening, random: Random): { uplink: Link; ingest: Link } {
  const { kbps, extras } = evening;
  const streams = 1 + extras.platforms.length;
  return {
    uplink: new Link({
      kbps: (kbps + AUDIO_KBPS) * streams * UPLINK_ROOM,
      dips: dips(evening, "uplink", 1 / UPLINK_ROOM),
      random,
    }),
    ingest: new Link({
      kbps: (kbps + AUDIO_KBPS) * INGEST_ROOM,
      dips: dips(evening, "ingest", 1 / INGEST_ROOM),
      random,
    }),
  };
}

/** When a line carries less. @param whole the share of what it carries that is needed */
function dips(
  { incident: { kind, fromMs, toMs, amount, flaps }, noises }: Evening,
  line: "uplink" | "ingest",
  whole: number,
): Dip[] {
  const spikes = line === "ingest"
    ? []
    : noises.filter(({ kind }) => kind === "latency_spike").map((spike) => ({
      fromMs: spike.fromMs,
      toMs: spike.toMs,
      share: 0.3 * whole,
    }));
  const isThis = kind === `${line}_dip` || line === "uplink" && kind === "dynamic_bitrate";
  if (isThis && flaps) return [...spikes, ...flapping({ fromMs, toMs, share: amount * whole })];
  if (isThis) return [...spikes, { fromMs, toMs, share: amount * whole }];
  if (line === "ingest" && kind === "stalled_connection") return [{ fromMs, toMs, share: 0 }];
  return spikes;
}

/** A line that is narrow for some seconds, free for two, and narrow again. */
function flapping({ fromMs, toMs, share }: Dip): Dip[] {
  const dips: Dip[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += NARROW_MS + FREE_MS) {
    dips.push({ fromMs: atMs, toMs: Math.min(toMs, atMs + NARROW_MS), share });
  }
  return dips;
}
