import type { History, HistoryPoint } from "../../shared/api.ts";
import type { Output } from "../../shared/telemetry.ts";
import type { HistoryQuery, RecentSource } from "../history/history_source.ts";
import { METRICS, OUTPUT_METRICS, outputMetric } from "../history/metrics.ts";
import { Ring } from "../history/ring.ts";
import { SteadyAxis } from "../history/steady_axis.ts";
import type { Clock } from "../time/clock.ts";
import type { Sink, Snapshot } from "./sink.ts";

/** Span of one bucket. */
export const BUCKET_MS = 2000;
/** Buckets that are kept: 15 minutes, and the one that is being filled. */
const BUCKETS = 451;
/** Outputs whose figures are kept, at 16 KB each. */
const MAX_OUTPUTS = 16;

/** The sink that the dock's charts are read from. */
export interface RecentHistory extends Sink, RecentSource {}

/** Makes a sink that keeps the main figures of the last 15 minutes in memory. */
export function createRecentHistory({ clock }: { clock: Clock }): RecentHistory {
  return new Recent(clock);
}

type Rings = Map<string, Ring>;

class Recent implements RecentHistory {
  readonly name = "recent history";
  readonly #clock: Clock;
  readonly #axis: SteadyAxis;
  readonly #rings: Rings = newRings(METRICS.keys());
  readonly #outputs = new Map<string, Rings>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#axis = new SteadyAxis(present(clock));
  }

  write({ telemetry }: Snapshot): void {
    this.#axis.advance(present(this.#clock));
    const bucket = Math.floor(this.#axis.nowMs / BUCKET_MS);
    for (const [path, { read }] of METRICS) {
      const value = read(telemetry);
      if (value !== null) this.#rings.get(path)?.add(bucket, value);
    }
    for (const output of telemetry.obs.outputs ?? []) this.#writeOutput(output, bucket);
  }

  read(metric: string, { fromMs, toMs, points }: HistoryQuery): History | null {
    const kept = this.#find(metric);
    if (kept === null) return null;
    this.#axis.advance(present(this.#clock));
    const newest = Math.floor(this.#axis.nowMs / BUCKET_MS);
    const oldest = Math.max(0, newest - BUCKETS + 1);
    // Rounded, for where the clock was slewed a bucket begins between two milliseconds.
    const bucketAt = (wallMs: number) =>
      Math.ceil(Math.round(this.#axis.fromWall(wallMs)) / BUCKET_MS);
    const first = Math.max(oldest, bucketAt(fromMs));
    const last = Math.min(newest, bucketAt(toMs) - 1);
    const result: HistoryPoint[] = [];
    if (first <= last) {
      const width = groupWidth({ first, last, points });
      for (let group = Math.floor(first / width); group <= Math.floor(last / width); group++) {
        const begin = Math.max(first, group * width);
        const bucket = kept.ring.over(begin, Math.min(last, group * width + width - 1));
        if (bucket === null) continue;
        const [min, mean, max] = bucket.map(rounded) as [number, number, number];
        result.push([Math.round(this.#axis.toWall(begin * BUCKET_MS)), min, mean, max]);
      }
    }
    return { metric, unit: kept.unit, points: result };
  }

  sinceMs(): number {
    this.#axis.advance(present(this.#clock));
    const newest = Math.floor(this.#axis.nowMs / BUCKET_MS);
    return Math.round(this.#axis.toWall(Math.max(0, newest - BUCKETS + 1) * BUCKET_MS));
  }

  #find(metric: string): { ring: Ring; unit: string } | null {
    const ring = this.#rings.get(metric);
    const unit = METRICS.get(metric)?.unit;
    if (ring !== undefined && unit !== undefined) return { ring, unit };
    const output = outputMetric(metric);
    if (output === null) return null;
    const outputRing = this.#outputs.get(output.id)?.get(output.figure);
    const outputUnit = OUTPUT_METRICS.get(output.figure)?.unit;
    return outputRing === undefined || outputUnit === undefined
      ? null
      : { ring: outputRing, unit: outputUnit };
  }

  #writeOutput(output: Output, bucket: number): void {
    const rings = this.#outputs.get(output.id) ?? this.#place(output.id, bucket);
    if (rings === null) return;
    for (const [figure, { read }] of OUTPUT_METRICS) {
      const value = read(output);
      if (value !== null) rings.get(figure)?.add(bucket, value);
    }
  }

  /** A place for a new output; if there is none left, that of one which has long been silent. */
  #place(id: string, bucket: number): Rings | null {
    if (this.#outputs.size >= MAX_OUTPUTS) {
      const silent = [...this.#outputs].find(([, rings]) =>
        [...rings.values()].every(({ newest }) => newest <= bucket - BUCKETS)
      );
      if (silent === undefined) return null;
      this.#outputs.delete(silent[0]);
    }
    const rings = newRings(OUTPUT_METRICS.keys());
    this.#outputs.set(id, rings);
    return rings;
  }
}

function newRings(names: Iterable<string>): Rings {
  return new Map(Array.from(names, (name) => [name, new Ring(BUCKETS)]));
}

function present(clock: Clock): { wallMs: number; monotonicMs: number } {
  return { wallMs: clock.now(), monotonicMs: clock.monotonic() };
}

/**
 * How many buckets make a point. Points begin at multiples of it, so that they keep their places
 * while time goes on.
 */
function groupWidth(
  { first, last, points }: { first: number; last: number; points: number },
): number {
  let width = Math.ceil((last - first + 1) / points);
  // The first and the last group may hold fewer buckets, and be one more than fits. A single point
  // is made of all of them, wherever they begin.
  while (Math.floor(last / width) - Math.floor(first / width) + 1 > points) {
    if (points === 1) return last + 1;
    width++;
  }
  return width;
}

/** To three decimals, which is more than a figure is worth. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
