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
   * What was lost; null if nothing was, or nothing is known.
   * @param leastFrames how many frames the share is at least of: in a window that has just begun, a
   * few lost frames are a large share of little
   */
  loss(leastFrames: number): Loss | null {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.lost === first.lost) return null;
    const frames = last.lost - first.lost;
    const whole = Math.max(last.whole - first.whole, leastFrames, frames);
    return { percent: frames / whole * 100, frames, ...this.#course(last.atMs) };
  }

  #course(nowMs: number): Omit<Loss, "percent" | "frames"> {
    const seconds = new Set<number>();
    let [beganAtMs, seenAtMs, lastLossAtMs] = [nowMs, -Infinity, -Infinity];
    for (let index = 1; index < this.#samples.length; index++) {
      const sample = this.#samples[index];
      const lost = (sample?.lost ?? 0) - (this.#samples[index - 1]?.lost ?? 0);
      if (sample === undefined || lost === 0) continue;
      const { atMs } = sample;
      seconds.add(Math.floor(atMs / 1000));
      const goesOn = atMs - lastLossAtMs <= TOGETHER_MS;
      if (!goesOn) beganAtMs = atMs;
      if (goesOn || lost > 1) seenAtMs = atMs;
      lastLossAtMs = atMs;
    }
    return {
      seconds: seconds.size,
      beganMsAgo: nowMs - beganAtMs,
      seenMsAgo: nowMs - seenAtMs,
    };
  }
}
