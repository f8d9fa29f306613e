import type { Fields } from "../../../sidecar/obs/fields.ts";
import { WholeCounter } from "../../../sidecar/demo/whole_counter.ts";
import { DynamicBitrate } from "./dynamic_bitrate.ts";
import { SendQueue } from "./send_queue.ts";

/** What an output of OBS's is. */
export interface OutputOptions {
  name: string;
  kind: "rtmp_output" | "ffmpeg_muxer" | "replay_buffer";
  /** Video bitrate that is set. */
  kbps: number;
  dynamicBitrate?: boolean;
}

/** What reaches an output in a step. */
export interface OutputStep {
  nowMs: number;
  stepMs: number;
  fps: number;
  /** How much of the bitrate the picture needs. */
  need: number;
  /** What its line takes, kbit/s. */
  capacityKbps: number;
}

/** Milliseconds from one attempt to connect again to the next. */
const RETRY_MS = 2_000;

/** Sound goes with the picture. */
const AUDIO_KBPS = 160;

/** One output of OBS's, with OBS's ways of counting. */
export class SimulatedOutput {
  readonly name: string;
  readonly kind: OutputOptions["kind"];
  readonly kbps: number;
  readonly dynamicBitrate: DynamicBitrate | null;
  active = false;
  reconnecting = false;
  paused = false;
  #queue = new SendQueue();
  #frames = new WholeCounter();
  #bytes = new WholeCounter();
  #lostAtMs = 0;
  #counts = { bytes: 0, frames: 0, dropped: 0 };

  constructor({ name, kind, kbps, dynamicBitrate = false }: OutputOptions) {
    this.name = name;
    this.kind = kind;
    this.kbps = kbps;
    this.dynamicBitrate = dynamicBitrate ? new DynamicBitrate(kbps) : null;
  }

  /** Milliseconds of video that wait to be sent. */
  get queuedMs(): number {
    return this.#queue.queuedMs;
  }

  /** Begins. OBS counts from zero from here, and keeps the old counts until then. */
  start(): void {
    this.active = true;
    this.paused = false;
    this.#connect();
  }

  /** Ends; the counts stay. */
  stop(): void {
    this.active = false;
    this.reconnecting = false;
    this.#queue.clear();
  }

  /** The connection is lost: OBS tries again by itself, and stays "active". */
  lose(nowMs: number): void {
    this.reconnecting = true;
    this.#lostAtMs = nowMs;
    this.#queue.clear();
  }

  /** Tries to connect again, if it is time. @returns whether it worked */
  retry(nowMs: number, canConnect: boolean): boolean {
    if (nowMs - this.#lostAtMs < RETRY_MS) return false;
    // An attempt sets bytes and drops to zero; frames go on from zero once there is a connection.
    this.#counts.bytes = 0;
    this.#counts.dropped = 0;
    this.#lostAtMs = nowMs;
    if (!canConnect) return false;
    this.#connect();
    return true;
  }

  /** Lets a step pass. @returns the frames that were dropped */
  run({ nowMs, stepMs, fps, need, capacityKbps }: OutputStep): number {
    if (!this.active || this.reconnecting || this.paused) return 0;
    const kbps = this.kbps * need * (this.dynamicBitrate?.share ?? 1) + AUDIO_KBPS;
    if (this.kind !== "rtmp_output") {
      this.#counts.frames += this.#frames.take(fps * stepMs / 1000);
      // A replay buffer counts bytes only while it saves.
      if (this.kind === "ffmpeg_muxer") this.#counts.bytes += this.#bytes.take(kbps * stepMs / 8);
      return 0;
    }
    const sent = this.#queue.run({
      nowMs,
      stepMs,
      fps,
      kbps,
      capacityKbps,
      drops: this.dynamicBitrate === null,
    });
    this.dynamicBitrate?.step({ nowMs, kbit: sent.kbit, queuedMs: this.#queue.queuedMs });
    this.#counts.frames += sent.frames;
    this.#counts.dropped += sent.dropped;
    this.#counts.bytes += this.#bytes.take(sent.kbit * 1000 / 8);
    return sent.dropped;
  }

  /** Answer of `GetOutputStatus`. */
  status(fps: number): Fields {
    return {
      outputActive: this.active,
      outputReconnecting: this.reconnecting,
      outputTimecode: "00:00:00.000",
      outputDuration: this.active ? Math.floor(this.#counts.frames * 1000 / fps) : 0,
      outputCongestion: this.kind === "rtmp_output" ? Math.min(1, this.#queue.congestion) : 0,
      outputBytes: this.#counts.bytes,
      outputSkippedFrames: this.#counts.dropped,
      outputTotalFrames: this.#counts.frames,
    };
  }

  #connect(): void {
    this.reconnecting = false;
    this.#queue.clear();
    this.dynamicBitrate?.restart();
    this.#counts = { bytes: 0, frames: 0, dropped: 0 };
  }
}
