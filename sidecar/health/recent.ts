import type { Output } from "../../shared/telemetry.ts";
import type { Figures } from "../assemble.ts";
import { type Loss, LossWindow } from "./loss_window.ts";

/** How one output fared within the last while. */
export interface RecentOutput {
  /** Frames that the network dropped; null if none. */
  dropped: Loss | null;
  /** Milliseconds since the network was last seen to take less than it was given; null if never. */
  queuedMsAgo: number | null;
}

/** What one snapshot alone does not show. */
export interface Recent {
  outputs: ReadonlyMap<string, RecentOutput>;
  /** Frames rendered late while anything was active; null if none. */
  lagged: Loss | null;
  /** Frames that the encoder skipped; null if none. */
  skipped: Loss | null;
}

/** When nothing was seen yet. */
export const NOTHING_RECENT: Recent = { outputs: new Map(), lagged: null, skipped: null };

/**
 * Send queue from which on the network takes less than it is given. OBS's Dynamic Bitrate lowers
 * the bitrate from 200 ms of queued video, of the 700 ms that are a full queue (obs-studio,
 * plugins/obs-outputs/rtmp-stream.c, DBR_TRIGGER_USEC).
 */
const QUEUED = 200 / 700;

/** After a pause that long the machine slept, or something held everything up: windows begin anew. */
const GAP_MS = 12_000;

/** Frame rate where OBS's is not known. */
const USUAL_FPS = 30;

interface Followed {
  dropped: LossWindow;
  queuedAtMs: number | null;
}

/** Keeps the short windows that lost frames are judged by. */
export class RecentFigures {
  readonly #outputs = new Map<string, Followed>();
  readonly #lagged = new LossWindow();
  readonly #skipped = new LossWindow();
  #wasActive = false;
  #lastMs: number | null = null;

  /**
   * Takes the figures of one moment.
   * @returns whether there was a gap before it, so that what was seen before says nothing any more
   */
  update({ obs }: Figures, { nowMs, spanMs }: { nowMs: number; spanMs: number }): boolean {
    const isGap = this.#lastMs !== null && nowMs - this.#lastMs > GAP_MS;
    this.#lastMs = nowMs;
    if (isGap || obs.connected !== true) this.#clear();
    const outputs = (obs.outputs ?? []).filter(({ active }) => active === true);
    const isActive = outputs.length > 0;
    // What was lost while nobody watched is no start of a stream.
    if (isActive !== this.#wasActive) this.#clear();
    this.#wasActive = isActive;
    if (!isActive) return isGap;
    const span = { nowMs, spanMs };
    this.#lagged.add({ lost: obs.render_lagged_frames, whole: obs.render_total_frames }, span);
    this.#skipped.add({ lost: obs.encoder_skipped_frames, whole: obs.encoder_total_frames }, span);
    const ids = new Set(outputs.map(({ id }) => id));
    for (const id of this.#outputs.keys()) if (!ids.has(id)) this.#outputs.delete(id);
    for (const output of outputs) this.#follow(output, span);
    return isGap;
  }

  /** What was seen of late. */
  read({ obs }: Figures, { nowMs, spanMs }: { nowMs: number; spanMs: number }): Recent {
    const leastFrames = (obs.target_fps ?? USUAL_FPS) * spanMs / 1000;
    return {
      outputs: new Map([...this.#outputs].map(([id, { dropped, queuedAtMs }]) => [id, {
        dropped: dropped.loss(leastFrames),
        queuedMsAgo: queuedAtMs === null ? null : nowMs - queuedAtMs,
      }])),
      lagged: this.#lagged.loss(leastFrames),
      skipped: this.#skipped.loss(leastFrames),
    };
  }

  #follow(output: Output, span: { nowMs: number; spanMs: number }): void {
    const known = this.#outputs.get(output.id) ?? { dropped: new LossWindow(), queuedAtMs: null };
    known.dropped.add({ lost: output.dropped_frames, whole: output.total_frames }, span);
    const isHeldUp = (output.congestion ?? 0) >= QUEUED ||
      known.dropped.loss(1)?.seenMsAgo === 0;
    if (isHeldUp) known.queuedAtMs = span.nowMs;
    this.#outputs.set(output.id, known);
  }

  #clear(): void {
    this.#outputs.clear();
    this.#lagged.clear();
    this.#skipped.clear();
  }
}
