/** Frames that were lost within the last while. */
export interface Loss {
  /** Percent of the window's frames that were lost, or of those since the losses began if more. */
  percent: number;
  /** Percent of the window's frames that were lost. */
  windowPercent: number;
  frames: number;
  /** In how many different seconds of the window frames were lost. */
  seconds: number;
  /** Of how many seconds a whole window tells that; fewer where samples are further apart. */
  windowSeconds: number;
  /** Milliseconds since the losses began that go on now, or went on last. */
  beganMsAgo: number;
  /** Whether they have gone on through most of the window. */
  isThroughout: boolean;
  /** Milliseconds since frames were last lost one after another; here and there does not count. */
  seenMsAgo: number;
}

/** Losses with no more than this between them belong together. */
const TOGETHER_MS = 3_000;

/**
 * So many samples with losses within `TOGETHER_MS` are trouble that goes on, and no stragglers; one
 * for each second of a window that is shorter.
 */
const LEAST_TOGETHER = 3;

/** Samples further apart than this are too few to see losses go on: each must speak for itself. */
const WIDE_MS = 1_000;

/** The share of the window that is most of it. */
const MOST = 0.8;

interface Sample {
  atMs: number;
  lost: number;
  whole: number;
}

/**
 * Follows two counters, of frames and of those lost, through the last seconds. It is short, so that
 * what it tells is true now; the `recent_*` figures of a snapshot are over a minute.
 */
export class LossWindow {
  readonly #inBursts: boolean;
  #samples: Sample[] = [];
  #spanMs = 0;

  /** @param options.inBursts whether many frames lost at once, and then none, are trouble, too */
  constructor({ inBursts = false }: { inBursts?: boolean } = {}) {
    this.#inBursts = inBursts;
  }

  /**
   * Takes the counters of one moment. Where they are unknown or fell, another count has begun and
   * the window with it.
   */
  add(
    { lost, whole }: { lost: number | null; whole: number | null },
    { nowMs, spanMs }: { nowMs: number; spanMs: number },
  ): void {
    this.#spanMs = spanMs;
    const last = this.#samples.at(-1);
    if (lost === null || whole === null) return this.clear();
    if (last !== undefined && (lost < last.lost || whole < last.whole)) this.clear();
    this.#samples.push({ atMs: nowMs, lost, whole });
    // The newest sample at or before the start stays: the window reaches from it to now.
    const start = nowMs - spanMs;
    const keepFrom = this.#samples.findLastIndex(({ atMs }) => atMs <= start);
    if (keepFrom > 0) this.#samples.splice(0, keepFrom);
  }

  /** Forgets everything. */
  clear(): void {
    this.#samples = [];
  }

  /**
   * What was lost; null if nothing was, or nothing is known. The share is that of the window, or of
   * the losses that go on now if that is more: trouble that has just begun is not watered down.
   * @param leastFrames how many frames a share is at least of: shortly after a begin, a few lost
   * frames are a large share of little
   */
  loss(leastFrames: number): Loss | null {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.lost === first.lost) return null;
    const { before, ...course } = this.#course(first, last.atMs);
    const share = (from: Sample, least: number) => {
      const lost = last.lost - from.lost;
      return lost / Math.max(last.whole - from.whole, least, lost) * 100;
    };
    const windowPercent = share(first, 2 * leastFrames);
    const percent = Math.max(windowPercent, share(before, leastFrames));
    const everyMs = (last.atMs - first.atMs) / (this.#samples.length - 1);
    const windowSeconds = this.#spanMs / Math.max(everyMs, WIDE_MS);
    return { percent, windowPercent, frames: last.lost - first.lost, windowSeconds, ...course };
  }

  /** How it went, and the last moment `before` the losses began that go on now. */
  #course(
    first: Sample,
    nowMs: number,
  ): Pick<Loss, "seconds" | "beganMsAgo" | "isThroughout" | "seenMsAgo"> & { before: Sample } {
    const seconds = new Set<number>();
    const together: number[] = [];
    const least = Math.min(LEAST_TOGETHER, Math.floor(this.#spanMs / WIDE_MS));
    let [beganAtMs, seenAtMs] = [nowMs, -Infinity];
    let [before, previous] = [first, first];
    for (const sample of this.#samples) {
      const [lost, spanMs] = [sample.lost - previous.lost, sample.atMs - previous.atMs];
      const atPrevious = previous;
      previous = sample;
      if (lost === 0) continue;
      const { atMs } = sample;
      seconds.add(Math.floor(atMs / 1000));
      const goesOn = atMs - (together.at(-1) ?? -Infinity) <= Math.max(TOGETHER_MS, spanMs);
      if (!goesOn) [beganAtMs, before] = [atMs, atPrevious];
      together.push(atMs);
      while (atMs - (together[0] ?? atMs) > TOGETHER_MS) together.shift();
      const isBurst = lost > 1 && (this.#inBursts || spanMs > WIDE_MS);
      if (together.length >= least || isBurst) seenAtMs = atMs;
    }
    // Of samples far apart the first one tells of losses that began long before it.
    const isWide = beganAtMs - before.atMs > WIDE_MS;
    const fromMs = isWide ? before.atMs : beganAtMs;
    return {
      before,
      seconds: seconds.size,
      beganMsAgo: nowMs - beganAtMs,
      isThroughout: nowMs - fromMs >= MOST * this.#spanMs,
      seenMsAgo: nowMs - seenAtMs,
    };
  }
}
