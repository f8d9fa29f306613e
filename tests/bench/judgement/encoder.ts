import type { Random } from "../../../sidecar/demo/random.ts";
import type { Fields } from "../../../sidecar/obs/fields.ts";
import { WholeCounter } from "../../../sidecar/demo/whole_counter.ts";

/** What an encoder did in a step. */
export interface Encoded {
  /** Frames a second that came out. */
  fps: number;
  skipped: number;
}

/**
 * The encoder that all outputs share. When a frame takes it longer than there is time, OBS's frame
 * store fills and frames are skipped (obs-studio, libobs/media-io/video-io.c).
 */
export class Encoder {
  readonly #random: Random;
  readonly #fps: number;
  #frames = new WholeCounter();
  #skips = new WholeCounter();
  /** Frames since OBS's video was last idle. */
  total = { frames: 0, skipped: 0 };

  constructor({ random, fps }: { random: Random; fps: number }) {
    this.#random = random;
    this.#fps = fps;
  }

  /** What `GetStats` says of it. */
  get told(): Fields {
    return {
      outputSkippedFrames: this.total.skipped,
      outputTotalFrames: this.total.frames,
    };
  }

  /** OBS counts anew when its video is used after a rest. */
  restart(): void {
    this.total = { frames: 0, skipped: 0 };
  }

  /**
   * Lets a step pass.
   * @param load what a frame takes, as a share of the time there is for it: above 1, some are lost
   * @param hiccup frames lost for once, as when a level loads
   */
  run(stepMs: number, { load, hiccup }: { load: number; hiccup: number }): Encoded {
    const now = this.#random.around(load, 0.06);
    const share = Math.max(0, 1 - 1 / now);
    const frames = this.#frames.take(this.#fps * stepMs / 1000);
    const skipped = Math.min(frames, this.#skips.take(frames * share) + hiccup);
    this.total.frames += frames;
    this.total.skipped += skipped;
    return { fps: this.#fps * (1 - skipped / Math.max(1, frames)), skipped };
  }
}
