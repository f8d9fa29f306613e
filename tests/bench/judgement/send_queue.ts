import { WholeCounter } from "../../../sidecar/demo/whole_counter.ts";

/**
 * Video that may wait before frames are dropped, ms; the fill that OBS calls congestion is the
 * share of the first. Source: obs-studio, plugins/obs-outputs/rtmp-stream.c (check_to_drop_frames)
 * with the output's default settings.
 */
const DROP_B_MS = 700;
const DROP_P_MS = 900;

/** Seconds from one keyframe to the next, as platforms want it. */
const KEYFRAME_S = 2;

/** What a frame weighs, as a multiple of the mean, by its importance. */
const WEIGHT = [0.6, 1.5, 6] as const;

/** How important a frame is: nobody needs a B-frame, others need a P-frame, all the keyframe. */
type Importance = 0 | 1 | 2;

interface Frame {
  atMs: number;
  kbit: number;
  importance: Importance;
}

/** What goes into a step. */
export interface SendStep {
  nowMs: number;
  stepMs: number;
  /** Frames a second that the encoder gives. */
  fps: number;
  /** What the encoder makes, kbit/s. */
  kbps: number;
  /** What the line takes, kbit/s. */
  capacityKbps: number;
  /** Whether frames may be dropped; with Dynamic Bitrate they are not. */
  drops: boolean;
}

/** What came of a step. */
export interface Sent {
  frames: number;
  dropped: number;
  kbit: number;
}

/** Frames that wait for the network, as OBS's RTMP output keeps and drops them, one by one. */
export class SendQueue {
  #waiting: Frame[] = [];
  #waitingKbit = 0;
  #lastAtMs = 0;
  #index = 0;
  #frames = new WholeCounter();
  /** While OBS drops frames, those below this importance do not even enter the queue. */
  #least: Importance = 0;

  /** Milliseconds of video that wait. */
  get queuedMs(): number {
    const first = this.#waiting.find(({ importance }) => importance < 2);
    return first === undefined ? 0 : this.#lastAtMs - first.atMs;
  }

  /** How full the queue is, as OBS tells: 0 to 1 and beyond. */
  get congestion(): number {
    return this.#waiting.length < 5 ? 0 : this.queuedMs / DROP_B_MS;
  }

  /** The connection is gone, and what waited for it. */
  clear(): void {
    this.#waiting = [];
    this.#waitingKbit = 0;
    this.#least = 0;
  }

  /** Lets a step pass. */
  run({ nowMs, stepMs, fps, kbps, capacityKbps, drops }: SendStep): Sent {
    const frames = this.#frames.take(fps * stepMs / 1000);
    const made = kbps * stepMs / 1000;
    const takes = capacityKbps * stepMs / 1000;
    if (this.#waiting.length === 0 && takes >= made) {
      this.#index += frames;
      this.#lastAtMs = nowMs;
      this.#least = 0;
      return { frames, dropped: 0, kbit: made };
    }
    let dropped = 0;
    let sent = 0;
    for (let number = 0; number < frames; number++) {
      if (drops) dropped += this.#drop();
      const frame = this.#frame({
        atMs: nowMs + number * stepMs / frames,
        kbit: made / frames,
        fps,
      });
      if (frame.importance < this.#least) {
        dropped++;
      } else {
        this.#least = 0;
        this.#lastAtMs = frame.atMs;
        this.#waiting.push(frame);
        this.#waitingKbit += frame.kbit;
      }
      sent += this.#send(takes / frames);
    }
    return { frames, dropped, kbit: sent };
  }

  #frame({ atMs, kbit, fps }: { atMs: number; kbit: number; fps: number }): Frame {
    const place = this.#index++ % Math.round(KEYFRAME_S * fps || 1);
    const importance: Importance = place === 0 ? 2 : place % 3 === 0 ? 1 : 0;
    return { atMs, kbit: kbit * WEIGHT[importance], importance };
  }

  /** Drops what OBS drops when too much waits. */
  #drop(): number {
    let dropped = 0;
    for (const [limitMs, least] of [[DROP_B_MS, 1], [DROP_P_MS, 2]] as const) {
      if (this.#waiting.length < 5 || this.queuedMs <= limitMs) continue;
      const kept = this.#waiting.filter(({ importance }) => importance >= least);
      dropped += this.#waiting.length - kept.length;
      this.#waiting = kept;
      this.#waitingKbit = kept.reduce((sum, { kbit }) => sum + kbit, 0);
      if (this.#least < least) this.#least = least;
    }
    return dropped;
  }

  #send(takesKbit: number): number {
    let left = Math.min(takesKbit, this.#waitingKbit);
    const sent = left;
    this.#waitingKbit -= sent;
    let gone = 0;
    for (const frame of this.#waiting) {
      if (frame.kbit > left) {
        frame.kbit -= left;
        break;
      }
      left -= frame.kbit;
      gone++;
    }
    if (gone > 0) this.#waiting.splice(0, gone);
    if (this.#waiting.length === 0) this.#waitingKbit = 0;
    return sent;
  }
}
