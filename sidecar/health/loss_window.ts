/** Frames that were lost within the last while. */
export interface Loss {
  /** Percent of the frames of the window that were lost. */
  percent: number;
  frames: number;
  /** In how many different seconds of the window frames were lost. */
  seconds: number;
  /** Milliseconds since the losses began that go on now, or went on last. */
  beganMsAgo: number;
  /** Milliseconds since frames were last lost; a single one by itself does not count. */
  seenMsAgo: number;
}

/** Losses with no more than this between them belong together. */
const TOGETHER_MS = 3_000;

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
  #samples: Sample[] = [];

  /**
   * Takes the counters of one moment. Where they are unknown or fell, another count has begun and
   * the window with it.
   */
  add(
    { lost, whole }: { lost: number | null; whole: number | null },
    { nowMs, spanMs }: { nowMs: number; spanMs: number },
  ): void {
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
    const percent = Math.max(share(first, 2 * leastFrames), share(before, leastFrames));
    return { percent, frames: last.lost - first.lost, ...course };
  }

  /** How it went, and the last moment `before` the losses began that go on now. */
  #course(
    first: Sample,
    nowMs: number,
  ): Omit<Loss, "percent" | "frames"> & { before: Sample } {
    const seconds = new Set<number>();
    let [beganAtMs, seenAtMs, lastLossAtMs] = [nowMs, -Infinity, -Infinity];
    let [before, previous] = [first, first];
    for (const sample of this.#samples) {
      const lost = sample.lost - previous.lost;
      const atPrevious = previous;
      previous = sample;
      if (lost === 0) continue;
      const { atMs } = sample;
      seconds.add(Math.floor(atMs / 1000));
      const goesOn = atMs - lastLossAtMs <= TOGETHER_MS;
      if (!goesOn) [beganAtMs, before] = [atMs, atPrevious];
      if (goesOn || lost > 1) seenAtMs = atMs;
      lastLossAtMs = atMs;
    }
    return {
      before,
      seconds: seconds.size,
      beganMsAgo: nowMs - beganAtMs,
      seenMsAgo: nowMs - seenAtMs,
    };
  }
}
