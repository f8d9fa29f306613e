import { WholeCounter } from "./whole_counter.ts";

/** What came of a span of time. */
export interface SendResult {
  /** Frames that the encoder handed over, dropped ones included, as OBS counts them. */
  frames: number;
  dropped: number;
  bytes: number;
  /** 0 to 1, as OBS reports it. */
  congestion: number;
}

/** What goes in and out in a span of time. */
export interface SendSpan {
  seconds: number;
  /** Frames a second that the encoder gives. */
  fps: number;
  /** What the encoder makes, video and audio, kbit/s. */
  bitrateKbps: number;
  /** What the link takes, kbit/s. */
  capacityKbps: number;
}

/**
 * Queue lengths at which OBS's RTMP output starts to drop, in ms of video; congestion is the share
 * of the first. Source: OBS, plugins/obs-outputs/rtmp-stream.c, the output's default settings.
 */
const DROP_B_MS = 700;
const DROP_P_MS = 900;

/** Share of frames that are B-frames, and of the bits in them, with two B-frames between P-frames. */
const B_FRAME_SHARE = 2 / 3;
const B_BIT_SHARE = 0.4;

/** The frames that wait for the network, as OBS's RTMP output keeps and drops them. */
export class SendQueue {
  /** Waiting kbit and frames, B-frames apart. */
  #b = { kbit: 0, frames: 0 };
  #p = { kbit: 0, frames: 0 };
  #frames = new WholeCounter();
  #dropped = new WholeCounter();
  #bytes = new WholeCounter();

  /** Forgets what waits, as OBS does when the connection is lost. */
  clear(): void {
    this.#b = { kbit: 0, frames: 0 };
    this.#p = { kbit: 0, frames: 0 };
  }

  /** Lets time pass. Spans should be short, 100 ms or less. */
  run({ seconds, fps, bitrateKbps, capacityKbps }: SendSpan): SendResult {
    const made = { kbit: bitrateKbps * seconds, frames: fps * seconds };
    this.#b.kbit += made.kbit * B_BIT_SHARE;
    this.#b.frames += made.frames * B_FRAME_SHARE;
    this.#p.kbit += made.kbit * (1 - B_BIT_SHARE);
    this.#p.frames += made.frames * (1 - B_FRAME_SHARE);
    const waiting = this.#b.kbit + this.#p.kbit;
    const sent = Math.min(waiting, capacityKbps * seconds);
    const left = waiting > 0 ? 1 - sent / waiting : 0;
    for (const kind of [this.#b, this.#p]) {
      kind.kbit *= left;
      kind.frames *= left;
    }
    const queued = () => 1000 * (this.#b.kbit + this.#p.kbit) / bitrateKbps;
    const congestion = Math.min(1, queued() / DROP_B_MS);
    let dropped = 0;
    if (queued() > DROP_B_MS) {
      dropped += this.#b.frames;
      this.#b = { kbit: 0, frames: 0 };
    }
    if (queued() > DROP_P_MS) {
      dropped += this.#p.frames;
      this.#p = { kbit: 0, frames: 0 };
    }
    return {
      frames: this.#frames.take(made.frames),
      dropped: this.#dropped.take(dropped),
      bytes: this.#bytes.take(sent * 1000 / 8),
      congestion,
    };
  }
}
