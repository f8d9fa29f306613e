/**
 * How long an OBS that hung takes to catch up. Its picture comes late all at once, as soon as it
 * goes on (obs-studio, libobs/obs-video.c, video_sleep), and its encoder is given the last frame
 * again for each that is missing (libobs/media-io/video-io.c, video_output_cur_frame).
 */
const CATCHES_UP_MS = 5_000;

/** Knows while what OBS lost tells of its own standstill, and not of the GPU or the encoder. */
export class CatchUp {
  #untilMs = -Infinity;

  /** OBS answers again after it did not. */
  begin(nowMs: number): void {
    this.#untilMs = nowMs + CATCHES_UP_MS;
  }

  /** Whether OBS is still catching up. */
  goesOn(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }
}
