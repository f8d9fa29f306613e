import type { History, HistoryPoint } from "../../shared/api.ts";
import type { Span, Summary } from "./chart_source.ts";

/** Span of one bucket. */
export const BUCKET_MS = 2000;

/** Buckets that are kept: 15 minutes. */
export const BUCKETS = 450;

/** More figures than a page shows; whatever is beyond is not kept. */
const MAX_TRACKS = 64;

/** What is read of a bucket. */
export type Reading = "least" | "mean" | "most";

/** What a bucket has of a figure. */
const READINGS = ["least", "mean", "most"] as const;

/** How the ring moved to a new moment. */
export type Move = "same" | "on" | "restarted";

/** One figure's buckets. A bucket without a count is a gap. */
class Track {
  readonly least = new Float32Array(BUCKETS);
  readonly most = new Float32Array(BUCKETS);
  readonly sum = new Float64Array(BUCKETS);
  readonly count = new Uint16Array(BUCKETS);
  /** The newest bucket that has a figure. */
  newest = -Infinity;

  add(bucket: number, [least, mean, most]: readonly [number, number, number]): void {
    const i = bucket % BUCKETS;
    const isFirst = this.count[i] === 0;
    this.least[i] = isFirst ? least : Math.min(least, this.least[i] ?? least);
    this.most[i] = isFirst ? most : Math.max(most, this.most[i] ?? most);
    this.sum[i] = (isFirst ? 0 : this.sum[i] ?? 0) + mean;
    this.count[i] = (this.count[i] ?? 0) + 1;
    this.newest = Math.max(this.newest, bucket);
  }

  read(bucket: number, reading: Reading): number | null {
    const i = bucket % BUCKETS;
    const count = this.count[i] ?? 0;
    if (count === 0) return null;
    return reading === "mean" ? (this.sum[i] ?? 0) / count : this[reading][i] ?? null;
  }
}

/**
 * The last 15 minutes of any number of figures, in buckets of 2 s: memory of a fixed size, and
 * least and most of a bucket beside its mean, so that no spike is lost. Times are the sidecar's.
 */
export class HistoryRing {
  readonly #tracks = new Map<string, Track>();
  #head = -1;
  #fillFrom = -1;
  #lastMs = -Infinity;

  /**
   * Moves to the moment of a snapshot. One that comes within `patienceMs` of the one before speaks
   * for the time between them too; after a longer silence that time stays a gap. A clock that was
   * set back begins the ring anew.
   */
  advance(atMs: number, { patienceMs }: { patienceMs: number }): Move {
    const bucket = Math.floor(atMs / BUCKET_MS);
    const before = this.#head;
    if (bucket < before - 1) {
      this.#tracks.clear();
      this.#lastMs = -Infinity;
    }
    const isNew = this.#lastMs === -Infinity;
    const isWithin = !isNew && atMs - this.#lastMs <= patienceMs;
    const head = isNew ? bucket : Math.max(bucket, before);
    this.#lastMs = atMs;
    this.#head = head;
    this.#fillFrom = isWithin ? Math.min(head, before + 1) : head;
    if (isNew) return "restarted";
    if (head === before) return "same";
    this.#clear(before + 1);
    return "on";
  }

  /** Adds a figure of the moment that the ring stands at; null leaves a gap. */
  add(metric: string, value: number | null): void {
    if (value === null || this.#head < 0) return;
    const track = this.#track(metric);
    if (track === null) return;
    for (let bucket = this.#fillFrom; bucket <= this.#head; bucket++) {
      track.add(bucket, [value, value, value]);
    }
  }

  /** Fills in what the sidecar kept; buckets that have figures of their own stay as they are. */
  load({ metric, points }: History, { patienceMs }: { patienceMs: number }): void {
    const track = this.#track(metric);
    if (track === null || this.#head < 0) return;
    const isOwn = track.count.map((count) => count === 0 ? 0 : 1);
    let before = -Infinity;
    for (const [atMs, ...figures] of points) {
      const bucket = Math.floor(atMs / BUCKET_MS);
      const isNext = (bucket - before) * BUCKET_MS <= patienceMs;
      for (let at = isNext ? before + 1 : bucket; at <= bucket; at++) {
        const isKept = at >= this.oldest && at <= this.#head;
        if (isKept && isOwn[at % BUCKETS] === 0) track.add(at, figures);
      }
      before = bucket;
    }
  }

  /** The oldest bucket: its number since 1970. */
  get oldest(): number {
    return this.#head - BUCKETS + 1;
  }

  /** From the oldest bucket's start to the newest one's, in Unix milliseconds. */
  get span(): Span {
    return { from: this.oldest * BUCKET_MS, to: this.#head * BUCKET_MS };
  }

  /** A figure's buckets that are known, oldest first. */
  points(metric: string): HistoryPoint[] {
    const track = this.#tracks.get(metric);
    const points: HistoryPoint[] = [];
    if (track === undefined) return points;
    for (let bucket = this.oldest; bucket <= this.#head; bucket++) {
      const [least, mean, most] = READINGS.map((reading) => track.read(bucket, reading));
      if (least == null || mean == null || most == null) continue;
      points.push([bucket * BUCKET_MS, least, mean, most]);
    }
    return points;
  }

  /** Writes a figure's newest buckets, oldest first, as many as `into` holds; null is a gap. */
  read(metric: string, { reading, into, scale = 1 }: {
    reading: Reading;
    into: (number | null)[];
    scale?: number;
  }): void {
    const track = this.#tracks.get(metric);
    const first = this.#head - into.length + 1;
    for (let i = 0; i < into.length; i++) {
      const value = track?.read(first + i, reading) ?? null;
      into[i] = value === null ? null : value * scale;
    }
  }

  /** A figure's mean at a time in Unix milliseconds, or the newest; null where it is not known. */
  at(metric: string, atMs: number | null): number | null {
    const bucket = atMs === null ? this.#head : Math.round(atMs / BUCKET_MS);
    if (bucket < this.oldest || bucket > this.#head) return null;
    return this.#tracks.get(metric)?.read(bucket, "mean") ?? null;
  }

  /** A figure's least, mean and most over the 15 minutes. */
  summary(metric: string): Summary {
    const track = this.#tracks.get(metric);
    const found: Summary = { now: this.at(metric, null), least: null, mean: null, most: null };
    if (track === undefined) return found;
    let sum = 0;
    let known = 0;
    for (let i = 0; i < BUCKETS; i++) {
      const count = track.count[i] ?? 0;
      if (count === 0) continue;
      found.least = Math.min(found.least ?? Infinity, track.least[i] ?? Infinity);
      found.most = Math.max(found.most ?? -Infinity, track.most[i] ?? -Infinity);
      sum += (track.sum[i] ?? 0) / count;
      known++;
    }
    found.mean = known === 0 ? null : sum / known;
    return found;
  }

  /** Whether anything is known of a figure. */
  has(metric: string): boolean {
    return this.#tracks.has(metric);
  }

  /** Figures that are kept. */
  get size(): number {
    return this.#tracks.size;
  }

  #track(metric: string): Track | null {
    const known = this.#tracks.get(metric);
    if (known !== undefined) return known;
    if (this.#tracks.size >= MAX_TRACKS) return null;
    const track = new Track();
    this.#tracks.set(metric, track);
    return track;
  }

  /** Empties the buckets that begin now, and forgets figures that have none left. */
  #clear(from: number): void {
    const first = Math.max(from, this.oldest);
    for (const [metric, track] of this.#tracks) {
      for (let bucket = first; bucket <= this.#head; bucket++) track.count[bucket % BUCKETS] = 0;
      if (track.newest < this.oldest) this.#tracks.delete(metric);
    }
  }
}
