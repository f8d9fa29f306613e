import type { Output } from "../../shared/telemetry.ts";
import { CatchUp } from "../obs/catch_up.ts";
import type { Figures } from "../snapshot/assemble.ts";
import { type Loss, LossWindow } from "./loss_window.ts";
import { SceneCost } from "./scene_cost.ts";

/** How one output fared within the last while. */
export interface RecentOutput {
  /** Frames that the network dropped; null if none. */
  dropped: Loss | null;
  /**
   * Milliseconds since the network last held the stream up, if the bitrate was what the user set
   * before that and has not come back to it; else null.
   */
  queuedMsAgo: number | null;
  /** For how many milliseconds the send queue was at least half full, until it was emptied. */
  halfFullMs: number;
  /** Whether anything was sent since the output connected last; not while it reconnects. */
  hasSent: boolean;
}

/** What one snapshot alone does not show. */
export interface Recent {
  outputs: ReadonlyMap<string, RecentOutput>;
  /** Frames rendered late while anything was active, but for changes of scene; null if none. */
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

/** Share of the target bitrate from which on the network takes what the user set. */
const AMPLE = 0.9;

/** How long before the network held the stream up the bitrate must have been ample. */
const AMPLE_BEFORE_MS = 10_000;

/** The bitrate is a mean of seconds: that long it may still be ample after the network held it up. */
const FALLING_MS = 3_000;

/**
 * How long the network may be given less before it is held up again, for that to be its doing:
 * OBS's Dynamic Bitrate tries every 4 s to raise the bitrate (DBR_INC_TIMER), and then the queue
 * needs a while to fill.
 */
const HELD_UP_MS = 14_000;

/** Send queue that is on its way to losing frames. */
const HALF_FULL = 0.5;

interface Followed {
  dropped: LossWindow;
  /** When the bitrate was last ample, or the output was first seen. */
  ampleAtMs: number;
  queuedAtMs: number | null;
  halfFullAtMs: number | null;
  /** `reconnects` and `total_bytes` when it connected last, as far as that was seen. */
  connected: { reconnects: number; bytes: number };
  hasSent: boolean;
}

/** Keeps the short windows that lost frames are judged by. */
export class RecentFigures {
  readonly #outputs = new Map<string, Followed>();
  readonly #lagged = new LossWindow();
  readonly #skipped = new LossWindow();
  readonly #sceneCost = new SceneCost();
  readonly #catchUp = new CatchUp();
  #wasActive = false;
  #lastMs: number | null = null;

  /**
   * Takes the figures of one moment.
   * @returns whether there was a gap before it, so that what was seen before says nothing any more
   */
  update({ obs }: Figures, { nowMs, spanMs }: { nowMs: number; spanMs: number }): boolean {
    const isGap = this.#lastMs !== null && nowMs - this.#lastMs > GAP_MS;
    this.#lastMs = nowMs;
    if (isGap || obs.connected !== true) {
      this.#clear();
      this.#catchUp.begin(nowMs);
    }
    const outputs = (obs.outputs ?? []).filter(({ active }) => active === true);
    const isActive = outputs.length > 0;
    // What was lost while nobody watched is no start of a stream.
    if (isActive !== this.#wasActive) this.#clear();
    this.#wasActive = isActive;
    if (!isActive) return isGap;
    const span = { nowMs, spanMs };
    const { scene, render_lagged_frames: late, target_fps } = obs;
    const lagged = this.#sceneCost.without({ scene, late, fps: target_fps ?? USUAL_FPS }, nowMs);
    if (this.#catchUp.goesOn(nowMs)) this.#clearFrames();
    this.#lagged.add({ lost: lagged, whole: obs.render_total_frames }, span);
    this.#skipped.add({ lost: obs.encoder_skipped_frames, whole: obs.encoder_total_frames }, span);
    const ids = new Set(outputs.map(({ id }) => id));
    for (const id of this.#outputs.keys()) if (!ids.has(id)) this.#outputs.delete(id);
    for (const output of outputs) this.#follow(output, span);
    return isGap;
  }

  /** What was seen of late. */
  read({ obs }: Figures, { nowMs, spanMs }: { nowMs: number; spanMs: number }): Recent {
    const leastFrames = (obs.target_fps ?? USUAL_FPS) * spanMs / 2000;
    return {
      outputs: new Map(
        [...this.#outputs].map(([id, { dropped, queuedAtMs, halfFullAtMs, hasSent }]) => [id, {
          dropped: dropped.loss(leastFrames),
          queuedMsAgo: queuedAtMs === null ? null : nowMs - queuedAtMs,
          halfFullMs: halfFullAtMs === null ? 0 : nowMs - halfFullAtMs,
          hasSent,
        }]),
      ),
      lagged: this.#lagged.loss(leastFrames),
      skipped: this.#skipped.loss(leastFrames),
    };
  }

  #follow(output: Output, span: { nowMs: number; spanMs: number }): void {
    const known = this.#outputs.get(output.id) ?? newlyFollowed(span.nowMs);
    known.dropped.add({ lost: output.dropped_frames, whole: output.total_frames }, span);
    const queue = output.congestion ?? 0;
    // Frames that were just dropped have emptied the queue.
    const isDropping = known.dropped.loss(1)?.seenMsAgo === 0;
    noteBitrate(known, output, { nowMs: span.nowMs, isQueued: queue >= QUEUED || isDropping });
    if (queue < HALF_FULL && !isDropping) known.halfFullAtMs = null;
    else known.halfFullAtMs ??= span.nowMs;
    noteSent(known, output);
    this.#outputs.set(output.id, known);
  }

  #clear(): void {
    this.#outputs.clear();
    this.#clearFrames();
  }

  #clearFrames(): void {
    this.#lagged.clear();
    this.#skipped.clear();
  }
}

function newlyFollowed(nowMs: number): Followed {
  return {
    // OBS drops what waits all at once, and then nothing until its queue is full again.
    dropped: new LossWindow({ inBursts: true }),
    ampleAtMs: nowMs,
    queuedAtMs: null,
    halfFullAtMs: null,
    connected: { reconnects: 0, bytes: 0 },
    hasSent: false,
  };
}

/** The session's bytes go on over a reconnect: those of the connections before say nothing. */
function noteSent(
  known: Followed,
  { reconnecting, reconnects, total_bytes }: Output,
): void {
  const bytes = total_bytes ?? 0;
  const times = reconnects ?? 0;
  if (reconnecting === true || times !== known.connected.reconnects) {
    known.connected = { reconnects: times, bytes };
  }
  known.hasSent = bytes > known.connected.bytes;
}

/**
 * Tells a bitrate that the network pushed down from one that is low because a still picture needs
 * little.
 */
function noteBitrate(
  known: Followed,
  { bitrate_kbps: bitrate, target_bitrate_kbps: target }: Output,
  { nowMs, isQueued }: { nowMs: number; isQueued: boolean },
): void {
  const sinceQueuedMs = known.queuedAtMs === null ? Infinity : nowMs - known.queuedAtMs;
  if (bitrate !== null && target !== null && bitrate >= target * AMPLE) {
    known.ampleAtMs = nowMs;
    if (sinceQueuedMs > FALLING_MS) known.queuedAtMs = null;
  }
  const isPushed = nowMs - known.ampleAtMs <= AMPLE_BEFORE_MS || sinceQueuedMs <= HELD_UP_MS;
  if (isQueued && isPushed) known.queuedAtMs = nowMs;
  else if (sinceQueuedMs > HELD_UP_MS) known.queuedAtMs = null;
}
