import type { ObsTelemetry } from "../../shared/telemetry.ts";
import { CatchUp } from "./catch_up.ts";
import { ResettingCounter } from "./counter.ts";
import { countField, type Fields, positiveField } from "./fields.ts";
import { percentOf, SlidingWindow } from "./window.ts";

/** Window of the `recent_*` shares. */
const RECENT_WINDOW_MS = 60_000;

/**
 * Seconds of frames that a share is at least of: a hiccup of a few frames in the first second is
 * a large share of that second, and nothing to speak of.
 */
const LEAST_SECONDS = 10;

/** What `GetStats` tells, as it stands in a snapshot. */
export type ObsStats = Pick<
  ObsTelemetry,
  | "active_fps"
  | "render_lagged_frames"
  | "render_total_frames"
  | "recent_render_lagged_percentage"
  | "encoder_skipped_frames"
  | "encoder_total_frames"
  | "recent_encoder_skipped_percentage"
  | "render_time_ms"
  | "cpu_percent"
  | "memory_mb"
>;

/**
 * Follows `GetStats`: frames that the GPU rendered late, and frames that the encoder skipped.
 * The render counters live as long as OBS; OBS resets the encoder's when its video goes from idle
 * to used (obs-studio, libobs/media-io/video-io.c).
 */
export class StatsTracker {
  #lagged = new ResettingCounter();
  #rendered = new ResettingCounter();
  #skipped = new ResettingCounter();
  #encoded = new ResettingCounter();
  #recent = new SlidingWindow(RECENT_WINDOW_MS);
  #catchUp = new CatchUp();
  #stats: Fields = {};
  #wasEncoding = false;

  /** Takes it that OBS answers again: what it lost meanwhile is left out of the recent shares. */
  noteAnswering(atMs: number): void {
    if (this.#rendered.total !== null) this.#catchUp.begin(atMs);
  }

  /** Whether these are another OBS's figures: its render counter, which never resets, fell. */
  isAnotherProcess(stats: Fields): boolean {
    return this.#rendered.fellTo(countField(stats, "renderTotalFrames"));
  }

  /** Frames that OBS has rendered since its start; null before the first answer. */
  get renderedFrames(): number | null {
    return this.#rendered.total;
  }

  /**
   * Takes one answer of `GetStats`.
   * @param encoding whether any output was active at that time
   */
  update(stats: Fields, { atMs, encoding }: { atMs: number; encoding: boolean }): void {
    const skipped = countField(stats, "outputSkippedFrames");
    const encoded = countField(stats, "outputTotalFrames");
    const isReset = this.#encoded.fellTo(encoded) || this.#skipped.fellTo(skipped);
    if (isReset && !this.#wasEncoding) {
      this.#skipped.restart();
      this.#encoded.restart();
    }
    this.#skipped.update(skipped, { reset: isReset });
    this.#encoded.update(encoded, { reset: isReset });
    this.#lagged.update(countField(stats, "renderSkippedFrames"));
    this.#rendered.update(countField(stats, "renderTotalFrames"));
    if (this.#catchUp.goesOn(atMs)) this.#recent.clear();
    this.#recent.add(atMs, [
      this.#lagged.grown,
      this.#rendered.grown,
      this.#skipped.grown,
      this.#encoded.grown,
    ]);
    this.#stats = stats;
    this.#wasEncoding = encoding;
  }

  /** Takes it that OBS did not tell: the figures of the moment are unknown, the totals stand. */
  miss(): void {
    this.#stats = {};
  }

  /**
   * The figures as they stand in a snapshot.
   * @param targetFps frames a second that OBS is set to; null if unknown
   */
  snapshot(targetFps: number | null): ObsStats {
    const leastFrames = (targetFps ?? 0) * LEAST_SECONDS;
    return {
      active_fps: positiveField(this.#stats, "activeFps"),
      render_lagged_frames: this.#lagged.total,
      render_total_frames: this.#rendered.total,
      recent_render_lagged_percentage: this.#recentShare(0, leastFrames),
      encoder_skipped_frames: this.#skipped.total,
      encoder_total_frames: this.#encoded.total,
      recent_encoder_skipped_percentage: this.#recentShare(2, leastFrames),
      render_time_ms: positiveField(this.#stats, "averageFrameRenderTime"),
      cpu_percent: positiveField(this.#stats, "cpuUsage"),
      memory_mb: positiveField(this.#stats, "memoryUsage"),
    };
  }

  /** The recent share of value number `index` in the one after it. */
  #recentShare(index: number, leastFrames: number): number | null {
    const whole = this.#recent.change(index + 1);
    const least = whole === null ? null : Math.max(whole, leastFrames);
    return percentOf(this.#recent.change(index), least);
  }
}
